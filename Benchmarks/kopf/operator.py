"""What `peerage controller` does for a new replication, as a kopf operator would: GET, POST, status."""
import os

import aiohttp
import kopf

URL = os.environ["BIG_PEER_REPLICATIONS"]
http = {}


@kopf.on.startup()
async def start(settings, **_):
    settings.batching.worker_limit = 128
    http["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=16))


@kopf.on.create("bench.peerage.dev", "v1", "kopfreplications")
async def create(name, spec, **_):
    session = http["session"]
    async with session.get(f"{URL}/{name}") as answer:
        is_there = answer.status == 200
    if not is_there:
        body = {
            "name": name,
            "connections": spec.get("connections", []),
            "queriesByCollection": spec.get("queriesByCollection", {}),
        }
        async with session.post(URL, json=body) as answer:
            answer.raise_for_status()
    return {"name": name}
