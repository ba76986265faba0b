#!/usr/bin/env python3
"""A webhook receiver as the judge's victim: writes down each event and its attempt before it
answers, so that a crash between the two shows.

  receiver.py PORT SEEN_FILE READY_FILE [MODE]

MODE: ok; slow (50 ms before each answer); reset (answers no request, resets the connection);
refuse (answers 503).
"""
import http.server
import json
import os
import pathlib
import socket
import struct
import sys
import time


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mode = "ok"
    seen = None

    def do_POST(self):  # the name is http.server's
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.mode == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        status = 503 if self.mode == "refuse" else 204
        lines = [f"{event['eventId']} {event['attemptNumber']} {status}\n"
                 for event in json.loads(body)]
        os.write(self.seen, "".join(lines).encode())  # one write, whole, beside other threads'
        if self.mode == "slow":
            time.sleep(0.05)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


def main():
    Receiver.seen = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    Receiver.mode = sys.argv[4] if len(sys.argv) > 4 else "ok"
    server = Server(("127.0.0.1", int(sys.argv[1])), Receiver)
    pathlib.Path(sys.argv[3]).write_text(str(server.server_port), encoding="utf-8")
    server.serve_forever()


if __name__ == "__main__":
    main()
