// The texts of a folder with what is put into them. What the folder's maker wrote may hold markup; what comes from data,
// parties or expressions' answers is words, whatever it holds.
#include "base/text.h"
#include "forms/decimal.h"
#include "forms/evaluator.h"
#include "forms/functions.h"

namespace alting::forms {

using base::RichText;

namespace {

constexpr std::size_t deepest_text = 8;

// "ytre[{0}].indre[{1}].navn", as Altinn writes the rows a text stands in: {0} is the outermost.
std::string with_row_numbers(std::string key, const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    key = base::replace_all(std::move(key), fmt::format("[{{{}}}]", i), fmt::format("[{}]", rows[i].index));
  return key;
}

// What a link function says after the words of its link.
bool is_plain_target(std::string_view target) {
  return std::ranges::all_of(target, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/#?=&%").find(c) != std::string_view::npos;
  });
}

// The beginning of a text: at most that many octets, and no part of a character.
std::string_view whole_characters(std::string_view text, std::size_t most) {
  while (most > 0 && most < text.size() && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

// While it lives, a text is being filled in: what it is within shares its room.
class AtWork {
 public:
  AtWork(std::size_t& count, std::size_t& room) : count_(count) {
    if (count_++ == 0) room = max_text_octets;
  }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  ~AtWork() { --count_; }

 private:
  std::size_t& count_;
};

}  // namespace

// Each part costs its octets and one: also parts without any come to an end.
void Evaluator::give(std::string_view part, bool written, const TakePart& take) {
  if (text_room_ == 0) return;
  if (part.size() < text_room_) {
    text_room_ -= part.size() + 1;
    return take(part, written);
  }
  take(whole_characters(part, text_room_), written);
  take("…", false);
  text_room_ = 0;
}

void Evaluator::add_variable(const TextVariable& variable, const Scope& scope, const TakePart& take_part) {
  auto take = [&](std::string_view part, bool written) { give(part, written, take_part); };
  auto fallback = [&] { variable.default_value ? take(*variable.default_value, true) : take(variable.key, false); };
  if (variable.source.starts_with("dataModel")) {
    auto type = variable.source.size() > 10 ? variable.source.substr(10) : "default";
    const auto* data = data_of(type == "default" ? "" : type);
    const auto* value =
        data == nullptr ? nullptr : value_at(*data, with_row_numbers(variable.key, scope.rows), scope.rows);
    auto words = value == nullptr || value->is_null() ? std::string() : code_text(*value);
    return words.empty() ? fallback() : take(words, false);
  }
  if (variable.source == "instanceContext") {
    auto found = world_.instance.find(variable.key);
    return found == world_.instance.end() || found->second.empty() ? fallback() : take(found->second, false);
  }
  if (variable.source == "applicationSettings") {  // the folder's own
    const auto* value = world_.frontend_settings.find(variable.key);
    return value == nullptr || value->is_null() ? fallback() : take(code_text(*value), true);
  }
  const bool open = std::ranges::find(open_texts_, variable.key) != open_texts_.end();
  if (variable.source == "text" && !open && open_texts_.size() <= deepest_text)
    return add_text(variable.key, scope, take_part);
  fallback();
}

void Evaluator::add_text(std::string_view id, const Scope& scope, const TakePart& take_part) {
  const AtWork at_work(texts_at_work_, text_room_);
  auto take = [&](std::string_view part, bool written) { give(part, written, take_part); };
  const auto* resource = resource_of(id);
  if (resource == nullptr) return take(id, true);
  open_texts_.push_back(id);
  fill_in(*resource, scope, take_part);
  open_texts_.pop_back();
}

void Evaluator::fill_in(const TextResource& text, const Scope& scope, const TakePart& take_part) {
  auto take = [&](std::string_view part, bool written) { give(part, written, take_part); };
  const auto* resource = &text;
  std::string_view rest = resource->value;
  while (!resource->variables.empty() && !rest.empty() && text_room_ > 0) {
    auto open = rest.find('{');
    auto close = open == std::string_view::npos ? open : rest.find('}', open);
    if (close == std::string_view::npos) break;
    take(rest.substr(0, open), true);
    auto number = to_decimal(rest.substr(open + 1, close - open - 1));
    std::size_t index = number && number->size() <= 2 && is_whole(*number) && !number->starts_with('-')
                            ? static_cast<std::size_t>(std::stoul(*number))
                            : resource->variables.size();
    if (index < resource->variables.size()) {
      add_variable(resource->variables[index], scope, take_part);
    } else {
      take(rest.substr(open, close - open + 1), true);
    }
    rest.remove_prefix(close + 1);
  }
  take(rest, true);
}

const TextResource* Evaluator::resource_of(std::string_view id) const {
  if (world_.texts == nullptr) return nullptr;
  auto found = world_.texts->find(id);
  return found == world_.texts->end() ? nullptr : &found->second;
}

std::string Evaluator::source_of_text(std::string_view id, const Scope& scope) {
  std::string out;
  add_text(id, scope, [&](std::string_view part, bool) { out += part; });
  return out;
}

RichText Evaluator::text(std::string_view id, const Scope& scope) {
  RichText out;
  add_text(id, scope,
           [&](std::string_view part, bool written) { out += written ? RichText::written(part) : RichText(part); });
  return out;
}

RichText Evaluator::text(const TextBinding& binding, const Scope& scope) {
  if (!binding.expression) return text(binding.id, scope);
  // Within another text it may have less room, and is not what it is elsewhere.
  auto key = texts_at_work_ == 0 ? key_of(*binding.expression, scope) : std::nullopt;
  if (key) {
    if (const auto known = rich_answers_.find(*key); known != rich_answers_.end()) return known->second;
  }
  const AtWork at_work(texts_at_work_, text_room_);  // what is joined shares the room of one text
  const auto value = evaluate(*binding.expression, scope);
  RichText out;
  if (value) {
    const auto id = code_text(*value);
    out = resource_of(id) != nullptr ? text(id, scope) : answer_of(*binding.expression, scope, &*value);
  }
  if (key && is_to_keep(value)) rich_answers_.emplace(*std::move(key), out);
  return out;
}

// What an expression answers, as far as the folder's maker wrote it; the rest of it is words.
RichText Evaluator::answer_of(const Expr& expr, const Scope& scope, const Json* known) {
  if (expr.function == nullptr) return RichText::written(code_text(expr.literal));
  const auto& name = expr.function->name;
  const auto& args = expr.args;
  auto words_of = [&](const Expr& one) {
    auto value = run(one, scope);
    return value ? code_text(*value) : std::string();
  };
  if (name == "if" && args.size() >= 2) {
    auto condition = run(args[0], scope);
    const bool holds = condition && to_bool_value(*condition).value_or(false);
    if (holds) return answer_of(args[1], scope);
    return args.size() == 4 ? answer_of(args[3], scope) : RichText();
  }
  if (name == "concat") {
    RichText out;
    for (const auto& one : args) out += answer_of(one, scope);
    return out;
  }
  if (name == "text" && args.size() == 1) {
    auto id = words_of(args[0]);
    return resource_of(id) != nullptr ? text(id, scope) : answer_of(args[0], scope);
  }
  if ((name == "linkToPage" || name == "linkToComponent") && args.size() >= 2 && world_.plain_links) {
    Expr without_words = expr;
    without_words.args[0] = {};
    without_words.args[0].literal = Json("");
    auto link = words_of(without_words);  // "[](target)"
    constexpr std::string_view begin = "[](";
    if (!link.starts_with(begin) || !link.ends_with(')')) return {};
    auto target = link.substr(begin.size(), link.size() - begin.size() - 1);
    if (!is_plain_target(target)) return answer_of(args[0], scope);
    return RichText::written("[") + answer_of(args[0], scope) + RichText::written(fmt::format("]({})", target));
  }
  return {known != nullptr ? code_text(*known) : words_of(expr)};
}

RichText Evaluator::text_of(const Component& component, std::string_view name, const Scope& scope) {
  auto found = component.texts.find(name);
  return found == component.texts.end() ? RichText() : text(found->second, scope);
}

RichText Evaluator::option_words(const Option& option, const std::string& text_id, const Scope& scope) {
  return option.in_words || text_id.empty() ? RichText(text_id) : text(text_id, scope);
}

}  // namespace alting::forms
