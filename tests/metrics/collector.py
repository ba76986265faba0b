"""An OTLP/HTTP collector that keeps what it is sent, and a check of an export's shape."""

import http.server
import json
import threading


class Collector:
    """with Collector() as collector: its url; collector.exports grows."""

    def __enter__(self):
        outer = self
        self.exports, self.complaints = [], []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path != "/v1/metrics" or self.headers["Content-Type"] != "application/json":
                    outer.complaints.append(f"{self.path} {self.headers['Content-Type']}")
                if self.headers.get("x-key") != "a b":
                    outer.complaints.append("the header of the environment is missing")
                outer.exports.append(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def attributes_of(items):
    out = {}
    for item in items:
        (kind, value), = item["value"].items()
        assert kind == "stringValue" and isinstance(value, str), item
        out[item["key"]] = value
    return out


def check_point(point, start):
    assert point["startTimeUnixNano"] == start and start.isdigit(), point
    assert point["timeUnixNano"].isdigit() and int(point["timeUnixNano"]) >= int(start), point


def points_of(metric):
    """(attributes, value) of each point; of a histogram its count."""
    (kind,) = set(metric) - {"name", "unit", "description"}
    data, out = metric[kind], []
    assert kind in ("sum", "gauge", "histogram"), metric
    if kind != "gauge":
        assert data["aggregationTemporality"] == 2, "cumulative is wanted"
    if kind == "sum":
        assert data["isMonotonic"] is True
    for point in data["dataPoints"]:
        check_point(point, data["dataPoints"][0]["startTimeUnixNano"])
        if kind == "histogram":
            counts = [int(one) for one in point["bucketCounts"]]
            assert len(counts) == len(point["explicitBounds"]) + 1, point
            assert sum(counts) == int(point["count"]) and point["sum"] >= 0, point
            assert point["explicitBounds"] == sorted(point["explicitBounds"]), point
            value = int(point["count"])
        else:
            assert isinstance(point["asInt"], str), "64-bit numbers are text in OTLP's JSON"
            value = int(point["asInt"])
        out.append((attributes_of(point["attributes"]), value))
    return out


def check(export):
    """{metric: [(attributes, value)]} of an export that is right in shape."""
    (resource,) = export["resourceMetrics"]
    attributes = attributes_of(resource["resource"]["attributes"])
    assert attributes["service.name"] == "hubsim" and attributes["hubsim.run.id"], attributes
    (scope,) = resource["scopeMetrics"]
    assert scope["scope"]["name"] == "hubsim", scope["scope"]
    names = [metric["name"] for metric in scope["metrics"]]
    assert len(names) == len(set(names)), names
    return {metric["name"]: points_of(metric) for metric in scope["metrics"]}
