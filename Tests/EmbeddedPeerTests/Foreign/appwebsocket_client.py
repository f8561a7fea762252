#!/usr/bin/env python3
"""A plain AppWebsocket client, as one would write it from the published pages and nothing else.

    appwebsocket_client.py URL APP PASSWORD TABLE KEY COLUMN...

Pages: https://sdk.innovaphone.com/doc/appwebsocket/AppWebsocket.htm (login) and .../Replication.htm (the table).
It logs in, replicates the table row by row, and then obeys one command a line of standard input:

    set KEY COLUMN JSON      ReplicateUpdate of the row that it holds
    add JSON                 ReplicateAdd
    del KEY                  ReplicateDel
    row KEY                  prints the row that it holds, or null
    until KEY JSON           waits until it holds that row (null: no row), and prints it
    rows                     prints how many rows it holds
    again                    ReplicateStart once more in the same session, with the guid and usn that it has
    end                      closes

Each answer is one line of JSON.
"""
import asyncio
import hashlib
import json
import sys

import websockets


class Table:
    def __init__(self, socket, api, key, columns):
        self.socket, self.api, self.key, self.columns = socket, api, key, columns
        self.rows = {}
        self.guid = self.usn = None
        self.changed = asyncio.Event()

    async def send(self, mt, **properties):
        message = {"api": self.api, "mt": mt, "src": "table-1", **properties}
        await self.socket.send(json.dumps(message, separators=(",", ":")))

    async def receive(self):
        message = json.loads(await self.socket.recv())
        assert message.get("src", "table-1") == "table-1", message
        return message

    async def start(self):
        """Full, or what has changed since the stored usn. Returns how many rows came."""
        position = {} if self.guid is None else {"guid": self.guid, "usn": self.usn}
        columns = {name: {} if name == self.key else {"update": True} for name in self.columns}
        await self.send("ReplicateStart", add=True, **{"del": True}, columns=columns, **position)
        result = await self.receive()
        assert result["mt"] == "ReplicateStartResult", result
        assert set(result["columns"]) <= set(self.columns), result
        if result.get("guid") != self.guid:
            self.rows.clear()
        self.guid = result.get("guid")
        count = 0
        while True:
            await self.send("ReplicateNext")
            row = await self.receive()
            while row["mt"] != "ReplicateNextResult":  # A live change may come between.
                self.take(row)
                row = await self.receive()
            self.usn = row.get("usn", self.usn)
            if "columns" not in row:
                return count
            count += 1
            self.take(row)

    def take(self, message):
        row = message["columns"]
        if message["mt"] == "ReplicateDel" or message.get("deleted"):
            self.rows.pop(row[self.key], None)
        else:
            self.rows[row[self.key]] = row
        if message.get("usn"):
            self.usn = message["usn"]
        self.changed.set()

    async def follow(self):
        while True:
            message = await self.receive()
            if message["mt"] in ("ReplicateAdd", "ReplicateUpdate", "ReplicateDel"):
                self.take(message)
            elif not message["mt"].endswith("Result"):
                raise AssertionError(message)

    async def until(self, key, wanted):
        while True:
            row = self.rows.get(key)
            if row == wanted if wanted is None or row is None else wanted.items() <= row.items():
                return row
            self.changed.clear()
            await self.changed.wait()


async def main(url, app, password, api, key, *columns):
    async with websockets.connect(url, max_size=65535) as socket:
        await socket.send('{"mt":"AppChallenge"}')
        challenge = json.loads(await socket.recv())
        assert challenge["mt"] == "AppChallengeResult" and len(str(challenge["challenge"])) <= 16, challenge
        text = f"{app}:::::{challenge['challenge']}:{password}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        await socket.send(json.dumps({"mt": "AppLogin", "app": app, "digest": digest}))
        login = json.loads(await socket.recv())
        print(json.dumps({"login": login.get("ok") is True}), flush=True)
        if login.get("ok") is not True:
            return
        table = Table(socket, api, key, [key, *columns])
        count = await table.start()
        print(json.dumps({"guid": table.guid, "usn": table.usn, "rows": count}), flush=True)
        following = asyncio.create_task(table.follow())
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := (await lines.readline()).decode():
            command, _, rest = line.strip().partition(" ")
            answer = None
            if command == "end":
                break
            elif command == "set":
                name, column, value = rest.split(" ", 2)
                await table.send("ReplicateUpdate", columns={**table.rows[name], column: json.loads(value)})
            elif command == "add":
                await table.send("ReplicateAdd", columns=json.loads(rest))
            elif command == "del":
                await table.send("ReplicateDel", columns={key: rest})
            elif command == "row":
                answer = table.rows.get(rest)
            elif command == "rows":
                answer = len(table.rows)
            elif command == "until":
                name, wanted = rest.split(" ", 1)
                answer = await asyncio.wait_for(table.until(name, json.loads(wanted)), 30)
            elif command == "again":
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                answer = {"rows": await table.start(), "usn": table.usn}
                following = asyncio.create_task(table.follow())
            if following.done():
                following.result()
            print(json.dumps(answer), flush=True)
        following.cancel()


asyncio.run(main(*sys.argv[1:]))
