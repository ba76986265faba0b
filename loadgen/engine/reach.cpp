#include "loadgen/engine/reach.h"

#include <optional>

#include "common/net/poller.h"
#include "common/time/clock.h"

namespace hubsim::loadgen {

namespace {

using StepKind = net::StreamStep::Kind;

constexpr auto patience = std::chrono::seconds(5);

/// The error of the connect, or 0; also where it still hangs, which the load will tell.
int finish_connect(int fd) {
  net::Poller poller;
  poller.add(fd, 0, false, true);
  const auto limit = monotonic_now() + patience;
  while (poller.wait(limit - monotonic_now()).empty() && monotonic_now() < limit) {
  }
  return net::connect_error(fd);
}

/// What ALPN agreed on; nothing where there was no handshake.
std::optional<std::string> agreed_protocol(const net::Address& address, const net::TlsStart& tls) {
  auto fd = net::start_connect(address);
  if (!fd.ok() || finish_connect(fd->get()) != 0) {
    return std::nullopt;
  }
  const auto stream = net::make_tls_stream(fd->get(), tls);
  net::Poller poller;
  poller.add(fd->get(), 0, true, false);
  const auto limit = monotonic_now() + patience;
  while (monotonic_now() < limit) {
    const net::StreamStep step = stream->establish();
    if (step.kind == StepKind::moved) {
      return std::string(stream->protocol());
    }
    if (step.kind != StepKind::blocked) {
      return std::nullopt;
    }
    poller.change(fd->get(), 0, true, stream->has_unsent());
    (void)poller.wait(limit - monotonic_now());
  }
  return std::nullopt;
}

}  // namespace

Result<net::Address> reachable_address(const net::Url& url) {
  const auto addresses = net::resolve(url.host, url.port);
  if (!addresses) {
    return Failure{addresses.error()};
  }
  std::string why;
  for (const net::Address& address : *addresses) {
    auto fd = net::start_connect(address);
    const int error = fd.ok() ? finish_connect(fd->get()) : fd.error();
    if (error == 0) {
      return address;
    }
    why = net::describe_errno(error);
  }
  return Failure{"cannot connect to " + url.origin() + ": " + why};
}

Result<HttpVersion> agree_on_version(HttpChoice choice, const net::Address& address,
                                     const net::TlsStart& tls) {
  if (choice == HttpChoice::http11) {
    return HttpVersion::http11;
  }
  const bool wanted = choice == HttpChoice::http2;
  if (!tls.context) {
    return wanted ? HttpVersion::http2 : HttpVersion::http11;
  }
  const auto agreed = agreed_protocol(address, tls);
  if (agreed == "h2") {
    return HttpVersion::http2;
  }
  if (wanted && agreed) {
    const std::string chose = agreed->empty() ? "it chose nothing" : "it chose " + *agreed;
    return Failure{"the server did not offer h2 (by ALPN " + chose +
                   "): use --http 1.1 or auto, or enable HTTP/2 there"};
  }
  return wanted ? HttpVersion::http2 : HttpVersion::http11;
}

}  // namespace hubsim::loadgen
