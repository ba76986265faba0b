#include "hubspot/catalogue/router.h"

#include <algorithm>
#include <stdexcept>

#include "common/base/text.h"

namespace hubsim::hubspot {

namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

bool before(const std::pair<std::string_view, std::uint32_t>& literal, std::string_view segment) {
  return literal.first < segment;
}

/// The names stand in the row's template, at the segments that are parameters.
PathParams read_params(std::string_view path_template, std::span<const std::string_view> segments) {
  PathParams params;
  params.reserve(4);
  std::size_t begin = 1;
  for (const std::string_view segment : segments) {
    const std::size_t end = std::min(path_template.find('/', begin), path_template.size());
    const std::string_view name = path_template.substr(begin, end - begin);
    if (is_parameter(name)) {
      const bool plain = segment.find('%') == std::string_view::npos;
      params.emplace_back(name.substr(1, name.size() - 2),
                          plain ? std::string(segment) : percent_decode(segment));
    }
    begin = end + 1;
  }
  return params;
}

}  // namespace

Router::Router(std::span<const OperationRow> rows) : nodes_(1) {
  for (const OperationRow& row : rows) {
    add(row);
  }
}

bool Router::cut(std::string_view path, Segments& segments) {
  if (!path.starts_with('/')) {
    return false;
  }
  path.remove_prefix(1);
  if (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  while (segments.count < max_segments) {
    const auto slash = path.find('/');
    segments.text[segments.count++] = path.substr(0, slash);
    if (slash == std::string_view::npos) {
      return true;
    }
    path.remove_prefix(slash + 1);
  }
  return false;
}

std::uint32_t Router::child_for(std::uint32_t node, std::string_view segment) {
  const auto fresh = static_cast<std::uint32_t>(nodes_.size());
  if (is_parameter(segment)) {
    if (nodes_[node].parameter == none) {
      nodes_[node].parameter = fresh;
      nodes_.emplace_back();
    }
    return nodes_[node].parameter;
  }
  auto& literals = nodes_[node].literals;
  const auto place = std::lower_bound(literals.begin(), literals.end(), segment, before);
  if (place != literals.end() && place->first == segment) {
    return place->second;
  }
  literals.emplace(place, segment, fresh);
  nodes_.emplace_back();
  return fresh;
}

void Router::add(const OperationRow& row) {
  Segments segments;
  if (!cut(row.path_template, segments)) {
    throw std::runtime_error("catalogue: " + std::string(row.id) + " has a bad path " +
                             std::string(row.path_template));
  }
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < segments.count; ++i) {
    node = child_for(node, segments.text[i]);
  }
  for (const OperationRow* other : nodes_[node].rows) {
    if (other->method == row.method) {
      throw std::runtime_error(
          "catalogue: " + std::string(row.id) + " and " + std::string(other->id) + " both serve " +
          std::string(http::method_name(row.method)) + " " + std::string(row.path_template));
    }
  }
  nodes_[node].rows.push_back(&row);
}

std::uint32_t Router::find(std::uint32_t node, const Segments& segments, std::size_t depth) const {
  if (depth == segments.count) {
    return nodes_[node].rows.empty() ? none : node;
  }
  const std::string_view segment = segments.text[depth];
  const auto& literals = nodes_[node].literals;
  const auto place = std::lower_bound(literals.begin(), literals.end(), segment, before);
  if (place != literals.end() && place->first == segment) {
    const std::uint32_t found = find(place->second, segments, depth + 1);
    if (found != none) {
      return found;
    }
  }
  // An empty segment names nothing, so it is no parameter.
  if (nodes_[node].parameter == none || segment.empty()) {
    return none;
  }
  return find(nodes_[node].parameter, segments, depth + 1);
}

Route Router::match(http::Method method, std::string_view path) const {
  Route route;
  Segments segments;
  const std::uint32_t node = cut(path, segments) ? find(0, segments, 0) : none;
  if (node == none) {
    return route;
  }
  const http::Method wanted = method == http::Method::head ? http::Method::get : method;
  for (const OperationRow* row : nodes_[node].rows) {
    if (row->method == method || row->method == wanted) {
      route.kind = Route::Kind::found;
      route.row = row;
      route.params = read_params(row->path_template, {segments.text, segments.count});
      return route;
    }
    route.allowed.push_back(row->method);
  }
  route.kind = Route::Kind::method_not_allowed;
  return route;
}

}  // namespace hubsim::hubspot
