# One image: `askfirst bot` is its command; `docker run … IMAGE rebuild` makes the nightly build.
FROM python:3.11-slim

RUN useradd --create-home askfirst && mkdir /data && chown askfirst /data
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot ./bot
COPY index ./index
COPY knowledge ./knowledge
RUN pip install --no-cache-dir --constraint constraints.txt .

ENV ASKFIRST_DATA=/data HF_HUB_OFFLINE=1
VOLUME /data
USER askfirst
WORKDIR /home/askfirst
ENTRYPOINT ["askfirst"]
CMD ["bot"]
