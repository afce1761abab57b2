// Errors that input can cause are values.
//
// A function that can be refused returns Result<T>: either a T or an Error. An Error names what was wrong by a code
// that is also the id of a text in texts/ (so that it can be said in the user's language), or of a group of texts where a
// page has a title too ("login.error.expired"), with parameters for that text. It never holds personal data other than in `params`, which are shown to the user and never logged. Exceptions
// are for the broken world.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace alting::base {

// What kind of refusal it is. `web` maps each kind to one HTTP status (RFC 9110), in one place.
enum class ErrorKind : std::uint8_t {
  invalid,          // 400: the input is malformed or breaks a rule
  unauthenticated,  // 401: log in first
  level_too_low,    // 403: log in again at a higher level of assurance
  forbidden,        // 403: not permitted for this actor
  not_found,        // 404: does not exist, or must not be seen to exist
  conflict,         // 409: someone else changed it, or it is in another state
  gone,             // 410: existed and was erased
  too_large,        // 413: over a limit of size
  unsupported,      // 415: a type of content that is not taken
  unprocessable,    // 422: understood, but validation found faults
  too_many,         // 429: over a limit of rate or number
  unavailable,      // 503: a part that is needed does not answer now; try again
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string code;                                         // text id, such as "error.national_id.check_digit"
  std::vector<std::pair<std::string, std::string>> params;  // for the text's {name} places
  std::string detail;                                       // English, for machines and logs; no personal data
};

[[nodiscard]] inline Error make_error(ErrorKind kind, std::string code, std::string detail = {},
                                      std::vector<std::pair<std::string, std::string>> params = {}) {
  return Error{kind, std::move(code), std::move(params), std::move(detail)};
}

template <class T>
class [[nodiscard]] Result;

template <class T>
struct is_result : std::false_type {};
template <class T>
struct is_result<Result<T>> : std::true_type {};

// std::expected with the monadic functions that GCC 12 does not have yet.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using Base = std::expected<T, Error>;
  using Base::Base;
  Result(Error error) : Base(std::unexpected(std::move(error))) {}  // NOLINT: a refusal is returned as it is

  // Calls `next` with the value; its Result is the answer. An Error passes through.
  template <class F>
  auto and_then(F&& next) && {
    using Next = std::remove_cvref_t<decltype(call(std::forward<F>(next), std::move(*this)))>;
    static_assert(is_result<Next>::value, "and_then needs a function that returns a Result");
    if (!this->has_value()) return Next(std::move(this->error()));
    return call(std::forward<F>(next), std::move(*this));
  }

  // Calls `change` with the value; its answer becomes the value of a new Result.
  template <class F>
  auto transform(F&& change) && {
    using Value = std::remove_cvref_t<decltype(call(std::forward<F>(change), std::move(*this)))>;
    if (!this->has_value()) return Result<Value>(std::move(this->error()));
    if constexpr (std::is_void_v<Value>) {
      call(std::forward<F>(change), std::move(*this));
      return Result<void>();
    } else {
      return Result<Value>(call(std::forward<F>(change), std::move(*this)));
    }
  }

 private:
  template <class F, class Self>
  static decltype(auto) call(F&& function, Self&& self) {
    if constexpr (std::is_void_v<T>) {
      return std::forward<F>(function)();
    } else {
      return std::forward<F>(function)(std::move(*std::forward<Self>(self)));
    }
  }
};

using Status = Result<void>;

}  // namespace alting::base

// Returns the Error of `expression` to the caller, or goes on: ALTING_TRY(draft, load(id));
#define ALTING_TRY_NAME_(a, b) a##b
#define ALTING_TRY_NAME(a, b) ALTING_TRY_NAME_(a, b)
#define ALTING_TRY(variable, ...)                                                                                      \
  auto ALTING_TRY_NAME(alting_result_, __LINE__) = (__VA_ARGS__);                                                      \
  if (!ALTING_TRY_NAME(alting_result_, __LINE__)) return std::move(ALTING_TRY_NAME(alting_result_, __LINE__).error()); \
  auto variable = std::move(*ALTING_TRY_NAME(alting_result_, __LINE__))
#define ALTING_CHECK(...) \
  if (auto alting_status = (__VA_ARGS__); !alting_status) return std::move(alting_status.error())
