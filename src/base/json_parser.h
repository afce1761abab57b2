// The reader behind Json::parse. RFC 8259 without latitude: one value, UTF-8, every name of an object once, limits.
//
// A fault's detail says the offset in octets and what was wrong, never the text itself, which may be personal.
#pragma once
#include "base/json.h"

namespace alting::base {

class JsonParser {
 public:
  JsonParser(std::string_view text, JsonLimits limits) : text_(text), limits_(limits) {}
  [[nodiscard]] Result<Json> parse();

 private:
  // Nothing means that fault_ says why.
  std::optional<Json> value(std::size_t depth);
  std::optional<Json> array(std::size_t depth);
  std::optional<Json> object(std::size_t depth);
  std::optional<Json> number();
  std::optional<Json> word(std::string_view expected, Json meaning);
  std::optional<std::string> string();
  bool escape(std::string& out);
  std::optional<char32_t> four_digits();

  void skip_blanks();
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char expected);
  std::size_t take_digits();
  std::nullopt_t syntax_fault(std::string_view what);
  std::nullopt_t fault(Error error);

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::optional<Error> fault_;
};

}  // namespace alting::base
