#include "loadgen/drivers/driver.h"

namespace hubsim::loadgen {

Judgement judge_error(const net::ClientResult& result) {
  return {result.may_have_arrived() ? Outcome::unknown : Outcome::failed,
          std::string(net::name_of(result.error))};
}

}  // namespace hubsim::loadgen
