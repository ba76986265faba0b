// Result<T, E>: a value or an expected failure, for code paths where failing is normal (parsing,
// lookups, validation). Exceptions stay at start-up and at third-party edges.
// Invariant: holds exactly one of the two; reading the wrong one is a programmer error.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "common/base/assert.h"

namespace hubsim {

/// Wraps an error so that `return Failure{...};` converts to any Result with that error type.
template <class E>
struct Failure {
  E error;
};
template <class E>
Failure(E) -> Failure<E>;

template <class T, class E = std::string>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(*-explicit-*)
  template <class F>
  Result(Failure<F> failure)  // NOLINT(*-explicit-*)
      : state_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] const T& value() const& {
    HUBSIM_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T& value() & {
    HUBSIM_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    HUBSIM_ASSERT(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] const E& error() const& {
    HUBSIM_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] E&& error() && {
    HUBSIM_ASSERT(!ok());
    return std::move(*std::get_if<1>(&state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  std::variant<T, E> state_;
};

/// A Result with nothing to return on success.
struct Done {};
template <class E = std::string>
using Status = Result<Done, E>;

}  // namespace hubsim
