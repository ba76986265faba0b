// report.html as a whole: one file that opens from disk, offline, under a policy that lets nothing
// in but the scripts and the style written here, each named by its hash.
// The page is reports/formats/html/*; uPlot, Preact and htm are put in at build time.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "reports/model/run_result.h"

namespace hubsim::reports {

[[nodiscard]] std::string render_page(const RunResult& result);

/// JSON that can stand inside <script>: no '<' in it, so neither "</script" nor "<!--".
[[nodiscard]] std::string script_safe_json(const Json& value);

}  // namespace hubsim::reports
