"""A server that answers every request at once and remembers the number in its path.

Every 199th number is answered 503, so that statuses and errors are something to add up."""

import asyncio
import threading


class _Connection(asyncio.Protocol):
    def __init__(self, numbers):
        self.numbers = numbers
        self.rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        *requests, self.rest = (self.rest + data).split(b"\r\n\r\n")
        for request in requests:
            number = int(request.split(b" ", 2)[1].rsplit(b"/", 1)[1])
            self.numbers.append(number)
            status = b"503 Busy" if number % 199 == 0 else b"200 OK"
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nok")


class Recorder:
    """With it as a context: a thread of its own serves, `take()` gives the numbers that came."""

    def __enter__(self):
        self.numbers = []
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        self.ready.wait()
        return self

    def _serve(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            self.loop.create_server(lambda: _Connection(self.numbers), "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()
        self.loop.close()

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def take(self):
        numbers = self.numbers[:]
        self.numbers.clear()
        return sorted(numbers)
