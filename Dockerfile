# One image for web, worker and scheduler; docker-compose.yml says which is which.

FROM python:3.11-slim-bookworm AS parts
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /build/
RUN /venv/bin/pip install --require-hashes -r /build/requirements.txt

# The compiled front-end. Node is needed here alone and does not reach the image that runs.
FROM python:3.11-slim-bookworm AS front-end
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements-build.txt ./
RUN pip install --require-hashes -r requirements-build.txt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY .ci/vendor_front_end.py .ci/
RUN python .ci/vendor_front_end.py

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin qaf \
    && install -d -o qaf -g qaf -m 0750 /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    QAF_EMBEDDED=false QAF_DATA_DIR=/data HOME=/tmp
WORKDIR /app
COPY --from=parts /venv /venv
COPY manage.py ./
COPY qaf qaf
COPY audits audits
COPY moderation moderation
COPY scorecard scorecard
COPY templates templates
COPY fixtures/packs fixtures/packs
COPY static static
COPY .docker/health-web.py .docker/health-web.py
COPY --from=front-end /build/static/vendor static/vendor
# Collecting static files needs settings that load, not real ones; none of these values stays in the image.
RUN QAF_DATA_DIR=/tmp/build SECRET_KEY=build FIELD_ENCRYPTION_KEYS=build TRAIL_KEY=build ALLOWED_HOSTS=build.invalid \
    SITE_URL=https://build.invalid DATABASE_URL=postgres://build.invalid/build REDIS_URL=redis://build.invalid \
    EMAIL_URL=smtp://build.invalid python manage.py collectstatic --noinput --verbosity 0
USER qaf
EXPOSE 8000
CMD ["gunicorn", "qaf.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--max-requests", "5000", "--max-requests-jitter", "500", "--no-control-socket", "--access-logfile", "-"]
