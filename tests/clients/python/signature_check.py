"""The Python SDK's own Signature validator, unmodified, as the receiver of real deliveries of
`hubsim webhooks send`: it must accept ours by v1, v2 and v3, and refuse forged ones.

    python signature_check.py HUBSIM

Exit code 77 when the SDK is not installed.
"""

import http.server
import subprocess
import sys
import threading

try:
    from hubspot.exceptions import InvalidSignatureTimestampError
    from hubspot.utils.signature import Signature
except ImportError:
    print("the official Python SDK is not installed - run ./dev setup", file=sys.stderr)
    sys.exit(77)

SECRET = "a-secret-of-our-own"


def verdict(version, signature, request):
    try:
        return Signature.is_valid(signature, SECRET, signature_version=version, **request)
    except InvalidSignatureTimestampError:
        return "stale"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what the SDK says of the newest delivery, by version."""
    protocol_version = "HTTP/1.1"
    verdicts = {}

    def do_POST(self):  # the name is http.server's
        body = self.rfile.read(int(self.headers["content-length"])).decode("utf-8")
        request = {"request_body": body, "http_method": "POST",
                   "http_uri": f"http://{self.headers['host']}{self.path}",
                   "timestamp": self.headers["x-hubspot-request-timestamp"]}
        version = self.headers["x-hubspot-signature-version"]
        signature = self.headers["x-hubspot-signature"]
        Receiver.verdicts = {version: verdict(version, signature, request)}
        if "x-hubspot-signature-v3" in self.headers:
            Receiver.verdicts["v3"] = verdict("v3", self.headers["x-hubspot-signature-v3"], request)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook?a=b"
    failures = 0
    for more, wanted in (
            ([], {"v1": True, "v3": True}),
            (["--count", "100"], {"v1": True, "v3": True}),
            (["--signature", "v2"], {"v2": True}),
            (["--secret", "another"], {"v1": False, "v3": False}),
            (["--secret", "another", "--signature", "v2"], {"v2": False}),
            (["--forge", "wrong_secret"], {"v1": False, "v3": False}),
            (["--forge", "wrong_signature"], {"v1": False, "v3": False}),
            (["--forge", "stale_timestamp"], {"v1": True, "v3": "stale"})):
        Receiver.verdicts = {}
        secret = [] if "--secret" in more else ["--secret", SECRET]
        done = subprocess.run([sys.argv[1], "webhooks", "send", "contact.propertyChange", "--to",
                               url, "--property", "firstname=Zoë", *secret, *more], text=True,
                              capture_output=True, timeout=30, check=False)
        good = done.returncode == 0 and Receiver.verdicts == wanted
        failures += not good
        print(f"{'ok   ' if good else 'FAIL '} {' '.join(more) or 'as it is'}: {Receiver.verdicts}"
              f"{'' if good else f', wanted {wanted}; {done.stderr}'}")
    server.shutdown()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
