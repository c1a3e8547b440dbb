"""``/healthz``, ``/readyz`` and ``/metrics`` of a process.

/healthz   200 while the process works, 503 with the reasons when only a restart helps
/readyz    200 when all that it depends on can be used, 503 otherwise; each dependency by name
/metrics   counters for Prometheus
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from monitor.errors import Refused
from monitor.health import Health

IN_USE_REMEDY = "set web.port in monitor.yaml, or --port"


@asynccontextmanager
async def serving(health: Health, host: str, port: int, *, must: bool) -> AsyncIterator[str]:
    """Serve within the block; give the address. Where the port is taken and need not be it, any free one.

    Raises ``Refused`` if that cannot be.
    """
    runner = web.AppRunner(_application(health), access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        await _started(runner, host, port, must=must)
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _started(runner: web.AppRunner, host: str, port: int, *, must: bool) -> None:
    for choice in (port,) if must or port == 0 else (port, 0):
        site = web.TCPSite(runner, host, choice)
        try:
            await site.start()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            continue
        return
    raise Refused(f"nothing can be served on {host}, port {port} ({reason}): {IN_USE_REMEDY}")


def _told(reasons: Mapping[str, str]) -> dict[str, dict[str, object]]:
    return {name: {"ready": not reason, "reason": reason} for name, reason in reasons.items()}


def _application(health: Health) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        troubles = health.troubles()
        return web.json_response(
            {"alive": not troubles, "troubles": troubles}, status=503 if troubles else 200
        )

    async def readyz(_: web.Request) -> web.Response:
        report = await health.report()
        told: dict[str, object] = {"ready": report.ready, "phase": report.phase.value}
        told |= {"dependencies": _told(report.dependencies), "parts": _told(report.parts)}
        return web.json_response(told, status=200 if report.ready else 503)

    async def metrics(request: web.Request) -> web.Response:
        body, content_type = health.metrics.page(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    application = web.Application()
    application.add_routes(
        [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
    )
    return application
