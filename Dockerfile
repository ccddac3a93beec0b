# One image: `askfirst bot` is its command; `docker run … IMAGE rebuild` makes the nightly build.
FROM python:3.11-slim

# What reads the writing that the main reader lacks, in the languages that bot/pictures/tesseract.py asks for.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tesseract-ocr tesseract-ocr-eng tesseract-ocr-rus tesseract-ocr-ukr \
        tesseract-ocr-ara tesseract-ocr-fas tesseract-ocr-hin tesseract-ocr-mar tesseract-ocr-ben tesseract-ocr-tha \
        tesseract-ocr-vie tesseract-ocr-kor tesseract-ocr-ell tesseract-ocr-heb \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home askfirst && mkdir /data && chown askfirst /data
WORKDIR /app
# torch for processors, where PyTorch's index can be reached: the one of the ordinary index brings 2.5 GB for graphics cards.
RUN pip install --no-cache-dir --no-deps --timeout 8 --retries 1 --index-url https://download.pytorch.org/whl/cpu torch \
    || echo "PyTorch's index cannot be reached: torch comes from the ordinary one."
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot ./bot
COPY index ./index
COPY knowledge ./knowledge
# Extras of pyproject.toml with commas between, like report.
ARG EXTRAS=""
RUN pip install --no-cache-dir --constraint constraints.txt ".${EXTRAS:+[$EXTRAS]}"

ENV ASKFIRST_DATA=/data ASKFIRST_HTTP=127.0.0.1:8080 HF_HUB_OFFLINE=1
USER askfirst
WORKDIR /home/askfirst
# The first check unpacks the model and makes the build, so that a container answers at once. A new named volume starts
# with both; a folder of the host's gets its own with the first start. It makes no database and no key.
RUN askfirst check "Is anybody there?" > /dev/null
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=3m CMD ["python", "-m", "bot.web.alive"]
ENTRYPOINT ["askfirst"]
CMD ["bot"]
