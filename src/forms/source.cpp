#include "forms/source.h"

namespace alting::forms {

namespace {

constexpr std::uintmax_t max_file_size = 4 * 1024 * 1024;
constexpr int max_source_depth = 64;

// Walks JSON text and notes lines. It is stricter than needed nowhere and stops at the first thing that cannot be JSON;
// base::Json::parse then checks everything else.
class LineScanner {
 public:
  explicit LineScanner(std::string_view text) : text_(text) {}

  bool scan(Lines& out) {
    if (!value(out, 0)) return false;
    blank();
    return at_ == text_.size();
  }
  [[nodiscard]] int line() const { return line_; }

 private:
  void blank() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
  }
  bool take(char c) {
    blank();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool string() {
    if (!take('"')) return false;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\n') return false;
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  bool scalar() {
    auto start = at_;
    while (at_ < text_.size() &&
           std::string_view("+-.0123456789abcdefghijklmnopqrstuvwxyzE").find(text_[at_]) != std::string_view::npos)
      ++at_;
    return at_ > start;
  }
  bool object(Lines& out, int depth) {
    if (take('}')) return true;
    do {
      if (!string() || !take(':')) return false;
      if (!value(out.children.emplace_back(), depth + 1)) return false;
    } while (take(','));
    return take('}');
  }
  bool array(Lines& out, int depth) {
    if (take(']')) return true;
    do {
      if (!value(out.children.emplace_back(), depth + 1)) return false;
    } while (take(','));
    return take(']');
  }
  bool value(Lines& out, int depth) {
    blank();
    out.line = line_;
    if (depth > max_source_depth || at_ >= text_.size()) return false;
    switch (text_[at_]) {
      case '{': ++at_; return object(out, depth);
      case '[': ++at_; return array(out, depth);
      case '"': return string();
      default: return scalar();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

const Json null_value;

}  // namespace

const Json& Node::json() const { return value_ == nullptr ? null_value : *value_; }

Node Node::operator[](std::string_view name) const {
  if (value_ == nullptr || !value_->is_object()) return {file_, nullptr, lines_};
  const auto& members = value_->members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].first == name)
      return {file_, &members[i].second,
              lines_ != nullptr && i < lines_->children.size() ? &lines_->children[i] : lines_};
  }
  return {file_, nullptr, lines_};
}

Node Node::at(std::size_t index) const {
  if (value_ == nullptr || !value_->is_array() || index >= value_->size()) return {file_, nullptr, lines_};
  return {file_, &value_->items()[index],
          lines_ != nullptr && index < lines_->children.size() ? &lines_->children[index] : lines_};
}

std::vector<Node> Node::items() const {
  std::vector<Node> out;
  if (value_ == nullptr || !value_->is_array()) return out;
  for (std::size_t i = 0; i < value_->size(); ++i) out.push_back(at(i));
  return out;
}

std::vector<std::pair<std::string, Node>> Node::members() const {
  std::vector<std::pair<std::string, Node>> out;
  if (value_ == nullptr || !value_->is_object()) return out;
  for (const auto& [name, unused] : value_->members()) out.emplace_back(name, (*this)[name]);
  return out;
}

std::shared_ptr<const Source> parse_source(std::string file, std::string_view text, std::vector<Fault>& faults) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  auto source = std::make_shared<Source>();
  source->file = std::move(file);
  LineScanner scanner(text);
  if (!scanner.scan(source->lines)) {
    faults.push_back({source->file, scanner.line(), "this is not valid JSON here"});
    return nullptr;
  }
  base::JsonLimits limits;
  limits.depth = max_source_depth;
  auto value = Json::parse(text, limits);
  if (!value) {
    faults.push_back({source->file, 0, fmt::format("not valid JSON: {} {}", value.error().code, value.error().detail)});
    return nullptr;
  }
  source->value = std::move(*value);
  return source;
}

std::optional<std::string> read_file(const std::filesystem::path& path, const std::string& file,
                                     std::vector<Fault>& faults) {
  std::error_code error;
  auto size = std::filesystem::file_size(path, error);
  if (error || !std::filesystem::is_regular_file(path, error)) {
    faults.push_back({file, 0, "the file is missing or cannot be read"});
    return std::nullopt;
  }
  if (size > max_file_size) {
    faults.push_back({file, 0, "the file is larger than 4 MiB"});
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.good() && !in.eof()) {
    faults.push_back({file, 0, "the file cannot be read"});
    return std::nullopt;
  }
  return text;
}

std::shared_ptr<const Source> read_source(const std::filesystem::path& path, std::string file,
                                          std::vector<Fault>& faults) {
  auto text = read_file(path, file, faults);
  if (!text) return nullptr;
  return parse_source(std::move(file), *text, faults);
}

}  // namespace alting::forms
