// Values that must never reach a log, a metric or an error text by accident.
//
// Secret<Tag> has no text(), no operator<<, no fmt formatter; whoever needs the characters says reveal(), and a
// reviewer can find every place that does.
#pragma once
#include <compare>
#include <string>
#include <utility>

namespace alting::terms {

template <class Tag>
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  auto operator<=>(const Secret&) const = default;

 private:
  std::string value_;
};

using NationalIdText = Secret<struct NationalIdTextTag>;  // eleven digits, already checked by `parties`

}  // namespace alting::terms
