# One image: `askfirst bot` is its command; `docker run … IMAGE rebuild` makes the nightly build.
FROM python:3.11-slim

RUN useradd --create-home askfirst && mkdir /data && chown askfirst /data
WORKDIR /app
# torch for processors, where PyTorch's index can be reached: the one of the ordinary index brings 2.5 GB for graphics cards.
RUN pip install --no-cache-dir --no-deps --timeout 8 --retries 1 --index-url https://download.pytorch.org/whl/cpu torch \
    || echo "PyTorch's index cannot be reached: torch comes from the ordinary one."
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot ./bot
COPY index ./index
COPY knowledge ./knowledge
RUN pip install --no-cache-dir --constraint constraints.txt .

ENV ASKFIRST_DATA=/data HF_HUB_OFFLINE=1
USER askfirst
WORKDIR /home/askfirst
# The first check unpacks the model and makes the build, so that a container answers at once. A new named volume starts
# with both; a folder of the host's gets its own with the first start. It makes no database and no key.
RUN askfirst check "Is anybody there?" > /dev/null
VOLUME /data
ENTRYPOINT ["askfirst"]
CMD ["bot"]
