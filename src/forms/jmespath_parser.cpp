// A Pratt parser after the grammar of jmespath.org/specification.html.
#include "forms/jmespath_parser.h"

#include <charconv>

namespace alting::forms::jmes {

namespace {

constexpr std::size_t max_length = 4'000;
constexpr int max_query_depth = 60;

// Thrown to leave a query from any depth; it never leaves this file.
struct Fault {
  std::string message;
};

struct Token {
  std::string kind;  // "name", "number", "value", the sign itself, or "" at the end
  std::string text;
  Json value;
};

bool is_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> out;
    while (true) {
      while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
      if (at_ == text_.size()) break;
      out.push_back(next());
    }
    out.push_back({});
    return out;
  }

 private:
  Token next() {
    char c = text_[at_];
    if (is_start(c)) return {"name", take([](char x) { return is_start(x) || is_ascii_digit(x); }), {}};
    if (is_ascii_digit(c) || c == '-') {
      ++at_;
      auto text = std::string(1, c) + take(is_ascii_digit);
      if (text == "-") throw Fault{"a lone minus"};
      return {"number", text, {}};
    }
    if (c == '"') return {"name", quoted('"', true).as_string(), {}};
    if (c == '\'') return {"value", "", quoted('\'', false)};
    if (c == '`') return {"value", "", quoted('`', true)};
    for (std::string_view sign : {"[?", "[]", "||", "&&", "==", "!=", "<=", ">="}) {
      if (text_.substr(at_).starts_with(sign)) return at_ += 2, Token{std::string(sign), "", {}};
    }
    if (std::string_view(".*@[]{}(),:|&!<>").find(c) == std::string_view::npos)
      throw Fault{std::string("unexpected character ") + c};
    ++at_;
    return {std::string(1, c), "", {}};
  }

  template <class Test>
  std::string take(Test test) {
    auto start = at_;
    while (at_ < text_.size() && test(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // "name", 'raw text' or `JSON`; the quote itself is escaped by a backslash.
  Json quoted(char quote, bool json) {
    ++at_;
    std::string inner;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] != quote || quote == '"') inner += text_[at_];
        ++at_;
      }
      inner += text_[at_++];
    }
    if (at_ >= text_.size()) throw Fault{"a quote is not closed"};
    ++at_;
    if (!json) return Json(inner);
    auto parsed = Json::parse(quote == '"' ? "\"" + inner + "\"" : inner);
    if (!parsed) throw Fault{"a literal is not JSON"};
    return std::move(*parsed);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

int power(const std::string& kind) {
  static const std::map<std::string, int> powers{{"|", 1},  {"||", 2}, {"&&", 3}, {"==", 5}, {"!=", 5}, {"<", 5},
                                                 {">", 5},  {"<=", 5}, {">=", 5}, {"[]", 9}, {"*", 20}, {"[?", 21},
                                                 {".", 40}, {"!", 45}, {"{", 50}, {"[", 55}, {"(", 60}};
  auto found = powers.find(kind);
  return found == powers.end() ? 0 : found->second;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Query run() {
    auto query = expression(0);
    if (!peek().kind.empty()) throw Fault{"unexpected " + peek().kind};
    return query;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool accept(std::string_view kind) {
    if (peek().kind != kind) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view kind) {
    if (!accept(kind)) throw Fault{"expected " + std::string(kind)};
  }
  static Query make(Kind kind, std::vector<Query> parts = {}) {
    Query out;
    out.kind = kind;
    out.parts = std::move(parts);
    return out;
  }
  static Query two(Kind kind, Query left, Query right) {
    std::vector<Query> parts;
    parts.push_back(std::move(left));
    parts.push_back(std::move(right));
    return make(kind, std::move(parts));
  }

  Query expression(int bound) {
    if (++depth_ > max_query_depth) throw Fault{"nested too deep"};
    auto left = prefix();
    while (power(peek().kind) > bound) left = infix(std::move(left));
    --depth_;
    return left;
  }

  Query prefix() {
    auto token = take();
    if (token.kind == "name") return peek().kind == "(" ? call(token.text) : field(token.text);
    if (token.kind == "value") return literal(std::move(token.value));
    if (token.kind == "@") return make(Kind::current);
    if (token.kind == "!") return negation();
    if (token.kind == "&") return make(Kind::reference, one(expression(0)));
    if (token.kind == "(") {
      auto inner = expression(0);
      expect(")");
      return inner;
    }
    if (token.kind == "*") return two(Kind::values, make(Kind::current), projected(20));
    if (token.kind == "[]") return two(Kind::flatten, make(Kind::current), projected(9));
    if (token.kind == "[?") return filter(make(Kind::current));
    if (token.kind == "{") return hash();
    if (token.kind == "[") return bracket();
    throw Fault{token.kind.empty() ? "the query ends too early" : "unexpected " + token.kind};
  }
  static std::vector<Query> one(Query query) {
    std::vector<Query> out;
    out.push_back(std::move(query));
    return out;
  }
  Query negation() { return make(Kind::negation, one(expression(45))); }
  static Query field(std::string name) {
    auto out = make(Kind::field);
    out.name = std::move(name);
    return out;
  }
  static Query literal(Json value) {
    auto out = make(Kind::literal);
    out.value = std::move(value);
    return out;
  }

  Query infix(Query left) {
    auto token = take();
    if (token.kind == ".") return dotted(std::move(left));
    if (token.kind == "|") return two(Kind::pipe, std::move(left), expression(1));
    if (token.kind == "||") return two(Kind::either, std::move(left), expression(2));
    if (token.kind == "&&") return two(Kind::both, std::move(left), expression(3));
    if (token.kind == "[]") return two(Kind::flatten, std::move(left), projected(9));
    if (token.kind == "[?") return filter(std::move(left));
    if (token.kind == "[") return indexed(std::move(left));
    if (power(token.kind) == 5) {
      auto out = two(Kind::comparison, std::move(left), expression(5));
      out.name = token.kind;
      return out;
    }
    throw Fault{"unexpected " + token.kind};
  }

  Query dotted(Query left) {
    if (accept("*")) return two(Kind::values, std::move(left), projected(20));
    return two(Kind::subexpression, std::move(left), after_dot(40));
  }
  Query after_dot(int bound) {
    if (peek().kind == "name") return expression(bound);
    if (accept("[")) return list();
    if (accept("{")) return hash();
    if (accept("*")) return two(Kind::values, make(Kind::current), projected(20));
    throw Fault{"a name is wanted after the point"};
  }

  // What follows a projection applies to each of its elements.
  Query projected(int bound) {
    const auto& kind = peek().kind;
    if (power(kind) < 10) return make(Kind::current);
    if (kind == "[" || kind == "[?") return expression_after_projection(bound);
    if (accept(".")) return after_dot(bound);
    throw Fault{"unexpected " + kind};
  }
  Query expression_after_projection(int bound) {
    auto left = prefix();
    while (power(peek().kind) > bound) left = infix(std::move(left));
    return left;
  }

  Query filter(Query left) {
    auto condition = expression(0);
    expect("]");
    auto right = peek().kind == "[]" ? make(Kind::current) : projected(21);
    auto out = two(Kind::filter, std::move(left), std::move(right));
    out.parts.push_back(std::move(condition));
    return out;
  }

  [[nodiscard]] bool at_index() const { return peek().kind == "number" || peek().kind == ":"; }

  Query bracket() {
    if (at_index()) return index_or_slice(make(Kind::current));
    if (peek().kind == "*" && peek(1).kind == "]") {
      at_ += 2;
      return two(Kind::projection, make(Kind::current), projected(20));
    }
    return list();
  }
  Query indexed(Query left) {
    if (at_index()) return index_or_slice(std::move(left));
    expect("*");
    expect("]");
    return two(Kind::projection, std::move(left), projected(20));
  }

  Query index_or_slice(Query left) {
    std::vector<std::optional<std::int64_t>> numbers(1);
    bool sliced = false;
    while (!accept("]")) {
      auto token = take();
      if (token.kind == ":") {
        sliced = true;
        numbers.emplace_back();
      } else if (token.kind == "number" && !numbers.back()) {
        std::int64_t number = 0;
        auto [end, fault] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), number);
        if (fault != std::errc{}) throw Fault{"a number is too large"};
        numbers.back() = number;
      } else {
        throw Fault{"an index is wanted"};
      }
    }
    if (numbers.size() > 3) throw Fault{"a slice has at most three numbers"};
    auto inner = make(sliced ? Kind::slice : Kind::index);
    inner.numbers = std::move(numbers);
    auto out = two(Kind::subexpression, std::move(left), std::move(inner));
    return sliced ? two(Kind::projection, std::move(out), projected(20)) : out;
  }

  Query list() {
    auto out = make(Kind::list);
    do out.parts.push_back(expression(0));
    while (accept(","));
    expect("]");
    return out;
  }

  Query hash() {
    auto out = make(Kind::hash);
    do {
      if (peek().kind != "name") throw Fault{"a name is wanted"};
      out.names.push_back(take().text);
      expect(":");
      out.parts.push_back(expression(0));
    } while (accept(","));
    expect("}");
    return out;
  }

  Query call(std::string name) {
    auto out = make(Kind::call);
    out.name = std::move(name);
    expect("(");
    if (accept(")")) return out;
    do out.parts.push_back(expression(0));
    while (accept(","));
    expect(")");
    return out;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::expected<Query, std::string> parse(std::string_view text) {
  if (text.size() > max_length) return std::unexpected("the query is too long");
  try {
    return Parser(Lexer(text).run()).run();
  } catch (const Fault& fault) {
    return std::unexpected(fault.message);
  }
}

}  // namespace alting::forms::jmes
