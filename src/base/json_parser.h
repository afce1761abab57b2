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
  Result<Json> value(std::size_t depth);
  Result<Json> array(std::size_t depth);
  Result<Json> object(std::size_t depth);
  Result<Json> number();
  Result<Json> word(std::string_view expected, Json meaning);
  Result<std::string> string();
  bool escape(std::string& out);
  std::optional<char32_t> four_digits();

  void skip_blanks();
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char expected);
  std::size_t take_digits();
  [[nodiscard]] Error fault(std::string_view what) const;

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace alting::base
