#include "loadgen/drivers/driver.h"

#include <cerrno>

#include "common/net/socket.h"
#include "loadgen/metrics/driver_report.h"

namespace hubsim::loadgen {

Judgement judge_error(const net::ClientResult& result) {
  std::string why(net::name_of(result.error));
  // Of the failures to connect two are this machine's own.
  if (result.error_text.ends_with(net::describe_errno(EMFILE))) {
    why = out_of_descriptors;
  } else if (result.error_text.ends_with(net::describe_errno(EADDRNOTAVAIL))) {
    why = out_of_ports;
  }
  return {result.may_have_arrived() ? Outcome::unknown : Outcome::failed, std::move(why)};
}

}  // namespace hubsim::loadgen
