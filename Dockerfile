# One image for every role: web, worker and beat differ only in their command (docker-compose.yml).
#   docker compose build
# Debian 12 is what docservice is tested on: its LibreOffice (7.4.7) and fonts decide where lines and pages break.

FROM debian:12-slim AS system
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    fontconfig \
    fonts-tlwg-laksaman-ttf \
    libfribidi0 \
    libjemalloc2 \
    libreoffice-calc-nogui \
    libreoffice-writer-nogui \
    python3 \
    python3-uno \
    tesseract-ocr \
    tesseract-ocr-tha \
 && rm -rf /var/lib/apt/lists/*

FROM system AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements requirements
RUN python3 -m venv /opt/docservice \
 && /opt/docservice/bin/pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements/runtime.txt
COPY pyproject.toml README.md ./
COPY docservice docservice
COPY storage storage
COPY tasks tasks
COPY templates_th templates_th
RUN /opt/docservice/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
 && chmod -R a+rX /opt/docservice

FROM system
# A number, so that the host's folders can be given to it: docs/deploy.md.
RUN groupadd --gid 10001 docservice \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/docservice --create-home --shell /usr/sbin/nologin docservice \
 && install -d -o 10001 -g 10001 /var/lib/docservice/store /var/lib/docservice/evidence /var/lib/docservice/exports \
    /var/lib/docservice/intake
COPY --from=build /opt/docservice /opt/docservice
ENV PATH=/opt/docservice/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/var/lib/docservice \
    DOCSERVICE_HOME=/var/lib/docservice \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/docservice
EXPOSE 8000
# For the web; worker and beat bring their own. Ill also when nobody consumes the queue: /healthz says why.
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=8)"]
ENTRYPOINT ["docservice"]
CMD ["web", "--bind", "0.0.0.0", "--port", "8000"]
