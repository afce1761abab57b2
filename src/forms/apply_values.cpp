// Typed text made into values of the model, one field at a time.
#include "base/text.h"
#include "base/typed_text.h"
#include "forms/apply_state.h"
#include "forms/dates.h"
#include "forms/moment.h"
#include "forms/page_size.h"
#include "forms/typed.h"

namespace alting::forms {

namespace {

using Part = FieldName::Part;

constexpr std::size_t max_answer_octets = 200'000;

// The beginning of a text: at most that many octets, and no part of a character.
std::string beginning_of(std::string_view text, std::size_t octets) {
  if (text.size() <= octets) return std::string(text);
  while (octets > 0 && (static_cast<unsigned char>(text[octets]) & 0xC0U) == 0x80U) --octets;
  return std::string(text.substr(0, octets));
}

class ValueSetter {
 public:
  ValueSetter(ApplyState& state, const Path& path) : state_(state), form_(state.form), path_(path) {}

  base::Status set(const FieldTexts& posted) {
    ALTING_CHECK(find_field());
    for (const auto& text : posted.texts) {
      if (text.size() > max_answer_octets) return reject(beginning_of(text, max_answer_octets), "too_long_to_store");
    }
    const auto typed = posted.texts.empty() ? std::string() : posted.texts.back();
    if (is_precision()) return store_code(typed);
    if (!posted.parts.empty()) return store_moment(posted.parts);
    switch (component_->kind.value_or(ComponentKind::input)) {
      case ComponentKind::checkboxes: return store_codes(posted.texts);
      case ComponentKind::date: return store(typed, typed_date(typed, century()), "not_a_date");
      case ComponentKind::time: return store(typed, typed_time(typed), "not_a_time");
      case ComponentKind::date_time: return store_instant(typed);
      case ComponentKind::radio:
      case ComponentKind::dropdown: return store_code(typed);
      default: return store_text(typed);
    }
  }

 private:
  // The path must be one of a field of the form, with a row number for each repeating group.
  base::Status find_field() {
    const auto* bound = form_.bound(path_);
    if (bound == nullptr || !parse_path(path_) || bound->role == FormDefinition::Role::group)
      return refuse_field(path_, "no such field");
    component_ = &form_.layout().at(bound->component);
    const auto rows = rows_of(path_);
    if (with_rows(pattern_of(path_), rows) != path_ || rows.size() != component_->groups.size())
      return refuse_field(path_, "row numbers do not fit");
    return {};
  }
  [[nodiscard]] bool is_precision() const { return form_.bound(path_)->role == FormDefinition::Role::precision; }

  // A row may be one past the last, up to the group's limit; further away it is gone.
  [[nodiscard]] bool row_exists() const {
    const auto rows = rows_of(path_);
    for (const auto& row : rows) {
      auto group = with_rows(row.group, rows);
      const auto* value = value_at(state_.out.data, group);
      auto count = value == nullptr || !value->is_array() ? 0 : value->size();
      const auto* holder = form_.component_of(row.group);
      auto slack = std::max<std::size_t>(holder == nullptr ? 1 : holder->min_count, 1);
      if (row.index >= count + slack ||
          row.index >= state_.row_limit(row.group) + (holder == nullptr ? 0 : state_.hidden_rows(*holder, group)))
        return false;
    }
    return component_->groups.empty() || !rows.empty();
  }

  [[nodiscard]] Century century() const { return {state_.today(), component_->asks_past}; }

  // Puts a value in unless nothing changes; empties are taken out. Read-only fields may only be posted as they are.
  base::Status put(Json value) {
    auto& data = state_.out.data;
    const auto* old = value_at(std::as_const(data), path_);
    bool empty = is_empty(&value);
    bool same = empty ? is_empty(old) : old != nullptr && same_value(*old, value);
    if (same) return {};
    if (state_.is_read_only(*component_, path_)) return refuse_field(path_, "the field is read-only");
    if (!row_exists()) {
      if (!empty) return reject(code_text(value), "row_gone");
      return {};
    }
    if (empty)
      erase_at(data, path_);
    else if (!set_at(data, path_, std::move(value)))
      return refuse_field(path_, "something else is in the way");
    state_.out.changed.push_back(path_);
    return {};
  }
  static bool same_value(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return code_text(a) == code_text(b);
    return a == b;
  }

  // Takes it as done: the text comes back.
  base::Status reject(std::string typed, std::string_view code) {
    state_.reject({Part::value, path_}, std::move(typed), code);
    return {};
  }

  base::Status store(const std::string& typed, std::optional<std::string> value, std::string_view code) {
    if (base::clean_line(typed).empty()) return put(Json());
    if (!value) return reject(typed, code);
    return put(Json(std::move(*value)));
  }

  base::Status store_text(const std::string& typed) {
    const auto type = form_.type_of(path_);
    if (type == SchemaType::number || type == SchemaType::integer) return store_number(typed, type);
    if (type == SchemaType::boolean) return store_code(typed);
    auto text = typed_text(typed, component_->kind == ComponentKind::text_area);
    if (!text) return reject(base::replace_invalid(typed), "text_not_allowed");
    if (component_->number.given() && component_->kind != ComponentKind::text_area && !text->empty()) {
      text = typed_digits(*text, component_->number, state_.context.language);
      if (!text) return reject(typed, component_->number.pattern.empty() ? "not_a_number" : "not_digits");
    }
    if (component_->kind != ComponentKind::text_area) text = fitted(form_.folder().model, path_, *std::move(text));
    return put(Json(*std::move(text)));
  }

  base::Status store_number(const std::string& typed, SchemaType type) {
    if (base::clean_line(typed).empty()) return put(Json());
    bool whole = type == SchemaType::integer;
    auto number = typed_number(typed, component_->number, state_.context.language, whole);
    if (number && whole && number->find('.') != std::string::npos) number.reset();
    if (!number) return reject(typed, whole ? "not_a_whole_number" : "not_a_number");
    return put(Json(base::JsonNumber{std::move(*number)}));
  }

  // A field may be asked for in several places, as in a new form and in an addition, each with a list of its own; which
  // of them is shown now, and so which codes are allowed, validation decides. So it does of an answer whose row is gone:
  // what is stored already is no new answer.
  [[nodiscard]] bool is_option(const std::string& code) const {
    if (is_in_list(*component_, code) || is_stored(code)) return true;
    return std::ranges::any_of(form_.layout().components, [&](const Component& other) {
      return &other != component_ && !component_->path().empty() && other.path() == component_->path() &&
             is_in_list(other, code);
    });
  }

  [[nodiscard]] bool is_in_list(const Component& component, const std::string& code) const {
    const auto& options = state_.before.options_of(component, rows_of(path_));
    if (std::ranges::find(options, code, &Option::code) != options.end()) return true;
    if (component.row_source) return false;
    auto list = form_.folder().options.find(component.options_id);
    return list != form_.folder().options.end() && list->second.find(code, state_.today()) != nullptr;
  }

  [[nodiscard]] bool is_stored(const std::string& code) const {
    const auto* stored = value_at(std::as_const(state_.out.data), path_);
    if (stored == nullptr) return false;
    if (!stored->is_array() && component_->kind != ComponentKind::checkboxes) return code_text(*stored) == code;
    const auto codes = codes_of(*stored);
    return std::ranges::find(codes, code) != codes.end();
  }

  base::Status store_code(const std::string& typed) {
    auto code = std::string(base::trim(typed));
    if (code.empty()) return put(Json());
    std::optional<Json> value;
    if (is_precision()) {
      if (std::ranges::find(precision_codes, code) != precision_codes.end()) value = Json(code);
    } else if (!component_->has_choices() && (code == "true" || code == "false")) {
      value = Json(code == "true");
    } else if (is_option(code)) {
      value = form_.code_value(*component_, code);
    }
    return value ? put(std::move(*value)) : reject(typed, "option");
  }

  base::Status store_codes(const std::vector<std::string>& texts) {
    const bool as_list = form_.is_list(*component_);
    Json list = Json::array();
    std::string joined;
    std::set<std::string> seen;
    for (const auto& text : texts) {
      auto code = std::string(base::trim(text));
      if (code.empty() || !seen.insert(code).second) continue;
      if (!is_option(code)) return reject(text, "option");
      // Text holds several codes with commas between them, as in Altinn.
      if (!as_list && code.find(',') != std::string::npos) {
        const bool of_row = component_->row_source && is_in_list(*component_, code);
        state_.out.rejected[{Part::value, path_}] = text;
        state_.pending.push_back(
            {.path = path_, .code = of_row ? "option_row_comma" : "option_comma", .answer = std::move(code)});
        return {};
      }
      list.push_back(Json(code));
      joined += (joined.empty() ? "" : ",") + code;
    }
    if (as_list) return put(std::move(list));
    if (form_.type_of(path_) == SchemaType::boolean) return put(joined.empty() ? Json() : Json(joined == "true"));
    return put(Json(joined));
  }

  base::Status store_instant(const std::string& typed) {
    auto moment = typed_instant(typed);
    return store(typed, moment.at ? std::optional(base::to_rfc3339_oslo(*moment.at)) : std::nullopt, moment.fault);
  }

  static std::string shown_time(base::Instant at) {
    const auto local = base::to_oslo(at);
    return fmt::format("{:02}:{:02}", local.hour, local.minute);
  }

  // As it is shown: what was stored may have seconds, or be the second of an hour that comes twice.
  static bool is_shown(base::Instant stored, std::string_view date, std::string_view time, std::string_view occurrence,
                       const Century& century) {
    if (typed_date(date, century) != base::to_date_oslo(stored) || typed_time(time) != shown_time(stored)) return false;
    auto moments = moments_like(stored);
    for (std::size_t i = 0; moments.size() == 2 && i < moments.size(); ++i) {
      if (occurrence == occurrence_codes[i]) return moments[i] == stored;
    }
    return true;
  }

  // What was posted of a date, a time and which of two; what was not stands as it was typed before, or as it is stored.
  base::Status store_moment(const std::map<Part, std::string>& parts) {
    const auto* old = value_at(std::as_const(state_.out.data), path_);
    const auto at = old != nullptr && old->is_string() ? to_instant(old->as_string()) : std::nullopt;
    const auto& before = state_.context.rejected;
    const auto part = [&](Part one) -> std::string {
      if (const auto found = parts.find(one); found != parts.end()) return found->second;
      if (const auto typed = before.find({one, path_}); typed != before.end()) return typed->second;
      if (!at || one == Part::occurrence) return "";
      return one == Part::date ? base::to_date_oslo(*at) : shown_time(*at);
    };
    const auto date = part(Part::date), time = part(Part::time), occurrence = part(Part::occurrence);
    auto& rejected = state_.out.rejected;
    for (const auto one : {Part::date, Part::time, Part::occurrence}) rejected.erase({one, path_});
    if (base::clean_line(date).empty() && base::clean_line(time).empty()) return put(Json());
    if (at && is_shown(*at, date, time, occurrence, century())) return {};
    auto moment = typed_moment(date, time, occurrence, century());
    if (moment.at) return put(Json(base::to_rfc3339_oslo(*moment.at)));
    rejected[{Part::date, path_}] = date;
    rejected[{Part::time, path_}] = time;
    state_.pending.push_back(
        {.path = path_, .code = std::string(moment.fault), .time = typed_time(time).value_or(time)});
    return {};
  }

  ApplyState& state_;
  const FormDefinition& form_;
  const Path& path_;
  const Component* component_ = nullptr;
};

}  // namespace

base::Status set_value(ApplyState& state, const FieldTexts& posted) {
  return ValueSetter(state, posted.path).set(posted);
}

}  // namespace alting::forms
