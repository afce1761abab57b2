// What a page posted, put into the data.
//
// Nothing typed is lost: text that fits the type goes into the data, however wrong it is otherwise (validate says so);
// text that does not comes back in `rejected` with an issue, and the data keeps what it had.
#include "base/text.h"
#include "base/typed_text.h"
#include "forms/checks.h"
#include "forms/dates.h"
#include "forms/loaded_app.h"
#include "forms/messages.h"
#include "forms/moment.h"
#include "forms/page_size.h"
#include "forms/typed.h"

namespace alting::forms {

namespace {

constexpr std::size_t max_fields = 5'000;
constexpr std::array<std::string_view, 3> moment_parts{".date", ".time", ".occurrence"};
constexpr std::size_t max_row_actions = 20;  // a page posts one: each walks what is typed and promised
constexpr std::size_t max_promises = 1'000;  // each is looked for among those there are
constexpr std::size_t max_text = 200'000;    // octets of one field

// The beginning of a text: at most that many octets, and no part of a character.
std::string whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return std::string(text.substr(0, most));
}

base::Error refuse(std::string_view name, std::string detail) {
  return base::make_error(base::ErrorKind::invalid, "error.form.field", std::move(detail),
                          {{"field", std::string(base::one_line(name, 100))}});
}

// One posted name with all its texts, in the order of first occurrence.
struct Posted {
  std::string name;
  std::vector<std::string> texts;
};

class Applier {
 public:
  Applier(const LoadedApp& app, const Surroundings& now)
      : app_(app), now_(now), before_world_(app.world(now, now.data)), before_(before_world_) {
    out_.data = now.data.is_object() ? now.data : Json::object();
    out_.later = now.later;
    out_.rejected = now.rejected;
  }

  base::Result<App::Applied> run(const std::vector<std::pair<std::string, std::string>>& fields) {
    if (fields.size() > max_fields) return base::make_error(base::ErrorKind::too_large, "error.form.too_many_fields");
    for (const auto& [name, text] : fields) gather(name, text);
    if (rows_.size() > max_row_actions || promises_.size() > max_promises)
      return base::make_error(base::ErrorKind::too_large, "error.form.too_many_fields");
    for (const auto& posted : posted_) ALTING_CHECK(set(posted));
    for (const auto& posted : promises_) ALTING_CHECK(promise(posted));
    // Rows that are only posted are judged first, so that a row asked for is not blamed for them.
    if (rows_in(out_.data) > rows_in(now_.data) && has_large_page(out_.data) && !has_large_page(now_.data))
      return base::make_error(base::ErrorKind::too_large, "error.form.page_too_large");
    for (const auto& [path, removal] : rows_) ALTING_CHECK(removal ? remove_row(path) : add_row(path));
    finish();
    return std::move(out_);
  }

 private:
  void gather(const std::string& name, const std::string& text) {
    out_.rejected.erase(name);  // typed anew
    if (name.starts_with("add-row:")) return rows_.emplace_back(name.substr(8), false), void();
    if (name.starts_with("remove-row:")) return rows_.emplace_back(name.substr(11), true), void();
    auto& list = name.starts_with("later:") || name.starts_with("later-date:") ? promises_ : posted_;
    // A date and its time are one value.
    auto key = name;
    for (std::string_view part : moment_parts) {
      if (key.ends_with(part) && is_moment(std::string_view(key).substr(0, key.size() - part.size()))) {
        key.resize(key.size() - part.size());
        parts_[key][std::string(part.substr(1))] = text;
        if (index_.emplace(key, list.size()).second) list.push_back({key, {}});
        return;
      }
    }
    auto found = index_.find(name);
    if (found == index_.end()) {
      index_.emplace(name, list.size());
      list.push_back({name, {text}});
    } else {
      list[found->second].texts.push_back(text);
    }
  }

  [[nodiscard]] const Component* component_of(std::string_view path) const {
    const auto* bound = app_.bound(path);
    return bound == nullptr ? nullptr : &app_.folder().layout.at(bound->component);
  }
  [[nodiscard]] bool is_moment(std::string_view path) const {
    const auto* bound = app_.bound(path);
    return bound != nullptr && bound->role == LoadedApp::Role::value &&
           app_.folder().layout.at(bound->component).kind == ComponentKind::date_time;
  }

  // The path must be one of a field of the form, with a row number for each repeating group, and writable.
  base::Result<const Component*> writable(const std::string& path) {
    const auto* bound = app_.bound(path);
    auto parts = parse_path(path);
    if (bound == nullptr || !parts || bound->role == LoadedApp::Role::group) return refuse(path, "no such field");
    const auto& component = app_.folder().layout.at(bound->component);
    if (with_rows(pattern_of(path), rows_of(path)) != path || rows_of(path).size() != component.groups.size())
      return refuse(path, "row numbers do not fit");
    return &component;
  }

  bool read_only(const Component& component, const Path& path) {
    Scope scope;
    scope.component = &component;
    scope.rows = rows_of(path);
    return before_.test(component.read_only, scope);
  }

  // A row may be one past the last, up to the group's limit; further away it is gone.
  bool row_exists(const Path& path, const Component& component) {
    for (const auto& row : rows_of(path)) {
      auto group = with_rows(row.group, rows_of(path));
      const auto* value = value_at(out_.data, group);
      auto count = value == nullptr || !value->is_array() ? 0 : value->size();
      const auto* holder = component_of(row.group);
      auto slack = std::max<std::size_t>(holder == nullptr ? 1 : holder->min_count, 1);
      if (row.index >= count + slack ||
          row.index >= row_limit(row.group) + (holder == nullptr ? 0 : hidden_rows(*holder, group)))
        return false;
    }
    return component.groups.empty() || !rows_of(path).empty();
  }

  [[nodiscard]] std::size_t row_limit(const std::string& pattern) const {
    const auto* group = component_of(pattern);
    return most_rows(group == nullptr ? 0 : group->max_count, pattern, app_.folder().model);
  }

  base::Status set(const Posted& posted) {
    ALTING_TRY(component, writable(posted.name));
    auto moment = parts_.find(posted.name);
    auto typed = [&]() -> std::string { return posted.texts.empty() ? "" : posted.texts.back(); };
    for (const auto& text : posted.texts) {
      if (text.size() > max_text)
        return reject(posted.name, posted.name, whole_characters(text, max_text), "too_long_to_store"), base::Status();
    }
    if (app_.bound(posted.name)->role == LoadedApp::Role::precision)
      return store_code(posted.name, *component, typed());
    if (moment != parts_.end()) return store_moment(posted.name, *component, moment->second);
    switch (component->kind.value_or(ComponentKind::input)) {
      case ComponentKind::checkboxes: return store_codes(posted.name, *component, posted.texts);
      case ComponentKind::date:
        return store(posted.name, *component, typed(), typed_date(typed(), century(*component)), "not_a_date");
      case ComponentKind::time: return store(posted.name, *component, typed(), typed_time(typed()), "not_a_time");
      case ComponentKind::date_time: return store_instant(posted.name, *component, typed());
      case ComponentKind::radio:
      case ComponentKind::dropdown: return store_code(posted.name, *component, typed());
      default: return store_text(posted.name, *component, typed());
    }
  }

  [[nodiscard]] Century century(const Component& component) const { return {before_world_.today, component.asks_past}; }

  // Puts a value in unless nothing changes; empties are taken out. Read-only fields may only be posted as they are.
  base::Status put(const Path& path, const Component& component, Json value) {
    const auto* old = value_at(out_.data, path);
    bool empty = is_empty(&value);
    bool same = empty ? is_empty(old) : old != nullptr && same_value(*old, value);
    if (same) return {};
    if (read_only(component, path)) return refuse(path, "the field is read-only");
    if (!row_exists(path, component)) {
      if (!empty) reject(path, path, code_text(value), "row_gone");
      return {};
    }
    if (empty)
      erase_at(out_.data, path);
    else if (!set_at(out_.data, path, std::move(value)))
      return refuse(path, "something else is in the way");
    out_.changed.push_back(path);
    return {};
  }
  static bool same_value(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return code_text(a) == code_text(b);
    return a == b;
  }

  void reject(const std::string& name, const Path& path, std::string typed, std::string_view code) {
    out_.rejected[name] = std::move(typed);
    pending_.push_back({path, std::string(code)});
  }

  base::Status store(const Path& path, const Component& component, const std::string& typed,
                     std::optional<std::string> value, std::string_view code) {
    if (base::clean_line(typed).empty()) return put(path, component, Json());
    if (!value) return reject(path, path, typed, code), base::Status();
    return put(path, component, Json(std::move(*value)));
  }

  base::Status store_text(const Path& path, const Component& component, const std::string& typed) {
    auto type = app_.type_of(path);
    if (type == SchemaType::number || type == SchemaType::integer) return store_number(path, component, typed, type);
    if (type == SchemaType::boolean) return store_code(path, component, typed);
    auto text = typed_text(typed, component.kind == ComponentKind::text_area);
    if (!text) return reject(path, path, base::replace_invalid(typed), "text_not_allowed"), base::Status();
    if (component.number.given() && component.kind != ComponentKind::text_area && !text->empty()) {
      text = typed_digits(*text, component.number, now_.language);
      if (!text)
        return reject(path, path, typed, component.number.pattern.empty() ? "not_a_number" : "not_digits"),
               base::Status();
    }
    if (component.kind != ComponentKind::text_area) text = fitted(app_.folder().model, path, *std::move(text));
    auto status = put(path, component, Json(*text));
    bool found = (has_check(component, "fnr") && has_identity_number(*text)) ||
                 (has_check(component, "emails") && has_email_list(*text)) ||
                 (has_check(component, "cards") && has_payment_card(*text));
    if (found) out_.warnings_for.push_back(path);
    return status;
  }
  static bool has_check(const Component& component, std::string_view name) {
    return std::ranges::find(component.checks, name) != component.checks.end();
  }

  base::Status store_number(const Path& path, const Component& component, const std::string& typed, SchemaType type) {
    if (base::clean_line(typed).empty()) return put(path, component, Json());
    bool whole = type == SchemaType::integer;
    auto number = typed_number(typed, component.number, now_.language, whole);
    if (number && whole && number->find('.') != std::string::npos) number.reset();
    if (!number) return reject(path, path, typed, whole ? "not_a_whole_number" : "not_a_number"), base::Status();
    return put(path, component, Json(base::JsonNumber{std::move(*number)}));
  }

  // A field may be asked for in several places, as in a new form and in an addition, each with a list of its own; which
  // of them is shown now, and so which codes are allowed, validation decides. So it does of an answer whose row is gone:
  // what is stored already is no new answer.
  [[nodiscard]] bool is_option(const Component& component, const Path& path, const std::string& code) {
    if (is_in_list(component, path, code) || is_stored(component, path, code)) return true;
    return std::ranges::any_of(app_.folder().layout.components, [&](const Component& other) {
      return &other != &component && !component.path().empty() && other.path() == component.path() &&
             is_in_list(other, path, code);
    });
  }

  [[nodiscard]] bool is_in_list(const Component& component, const Path& path, const std::string& code) {
    const auto& options = before_.options_of(component, rows_of(path));
    if (std::ranges::find(options, code, &Option::code) != options.end()) return true;
    if (component.row_source) return false;
    auto list = app_.folder().options.find(component.options_id);
    return list != app_.folder().options.end() && list->second.find(code, before_world_.today) != nullptr;
  }

  [[nodiscard]] bool is_stored(const Component& component, const Path& path, const std::string& code) const {
    const auto* stored = value_at(out_.data, path);
    if (stored == nullptr) return false;
    if (stored->is_array())
      return std::ranges::any_of(stored->items(), [&](const Json& one) { return code_text(one) == code; });
    const auto text = code_text(*stored);
    if (component.kind != ComponentKind::checkboxes) return text == code;
    return std::ranges::any_of(base::split(text, ','), [&](auto one) { return base::trim(one) == code; });
  }

  base::Status store_code(const Path& path, const Component& component, const std::string& typed) {
    auto code = std::string(base::trim(typed));
    if (code.empty()) return put(path, component, Json());
    std::optional<Json> value;
    if (app_.bound(path)->role == LoadedApp::Role::precision) {
      static constexpr std::array<std::string_view, 5> codes{"eksakt", "omtrentlig", "dag", "maaned", "ukjent"};
      if (std::ranges::find(codes, code) != codes.end()) value = Json(code);
    } else if (!component.has_choices() && (code == "true" || code == "false")) {
      value = Json(code == "true");
    } else if (is_option(component, path, code)) {
      value = app_.code_value(component, code);
    }
    if (!value) return reject(path, path, typed, "option"), base::Status();
    return put(path, component, std::move(*value));
  }

  base::Status store_codes(const Path& path, const Component& component, const std::vector<std::string>& texts) {
    Json list = Json::array();
    std::string joined;
    std::set<std::string> seen;
    for (const auto& text : texts) {
      auto code = std::string(base::trim(text));
      if (code.empty() || !seen.insert(code).second) continue;
      if (!is_option(component, path, code)) return reject(path, path, text, "option"), base::Status();
      // Text holds several codes with commas between them, as in Altinn.
      if (!app_.is_list(component) && code.find(',') != std::string::npos) {
        const bool of_row = component.row_source && is_in_list(component, path, code);
        reject(path, path, text, of_row ? "option_row_comma" : "option_comma");
        return pending_.back().answer = code, base::Status();
      }
      list.push_back(Json(code));
      joined += (joined.empty() ? "" : ",") + code;
    }
    if (app_.is_list(component)) return put(path, component, std::move(list));
    if (app_.type_of(path) == SchemaType::boolean)
      return put(path, component, joined.empty() ? Json() : Json(joined == "true"));
    return put(path, component, Json(joined));
  }

  base::Status store_instant(const Path& path, const Component& component, const std::string& typed) {
    auto moment = typed_instant(typed);
    return store(path, component, typed, moment.at ? std::optional(base::to_rfc3339_oslo(*moment.at)) : std::nullopt,
                 moment.fault);
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
  base::Status store_moment(const Path& path, const Component& component,
                            const std::map<std::string, std::string>& parts) {
    const auto* old = value_at(out_.data, path);
    auto at = old != nullptr && old->is_string() ? to_instant(old->as_string()) : std::nullopt;
    auto part = [&](const std::string& name) -> std::string {
      if (auto found = parts.find(name); found != parts.end()) return found->second;
      if (auto typed = now_.rejected.find(path + "." + name); typed != now_.rejected.end()) return typed->second;
      if (!at || name == "occurrence") return "";
      return name == "date" ? base::to_date_oslo(*at) : shown_time(*at);
    };
    auto date = part("date"), time = part("time"), occurrence = part("occurrence");
    for (auto name : moment_parts) out_.rejected.erase(path + std::string(name));
    if (base::clean_line(date).empty() && base::clean_line(time).empty()) return put(path, component, Json());
    if (at && is_shown(*at, date, time, occurrence, century(component))) return {};
    auto moment = typed_moment(date, time, occurrence, century(component));
    if (moment.at) return put(path, component, Json(base::to_rfc3339_oslo(*moment.at)));
    out_.rejected[path + ".date"] = date;
    out_.rejected[path + ".time"] = time;
    pending_.push_back({path, std::string(moment.fault), "", typed_time(time).value_or(time)});
    return {};
  }

  base::Status promise(const Posted& posted) {
    bool with_date = posted.name.starts_with("later-date:");
    auto path = posted.name.substr(with_date ? 11 : 6);
    if (!app_.shows(path)) return refuse(path, "no such field");
    const auto* component = component_of(path);
    if (component == nullptr || !component->deferrable) return refuse(path, "the field cannot be promised");
    auto text = base::clean_line(posted.texts.back());
    auto found = std::ranges::find(out_.later, path, &Later::path);
    if (!with_date) {
      bool wanted = !text.empty() && text != "off" && text != "false";
      if (wanted == (found != out_.later.end())) return {};
      if (wanted && out_.later.size() >= max_promises)
        return base::make_error(base::ErrorKind::too_large, "error.form.too_many_fields");
      if (wanted)
        out_.later.push_back({path, "", false});
      else
        out_.later.erase(found);
      out_.changed.push_back(path);
      return {};
    }
    auto date = text.empty() ? std::optional<std::string>("") : typed_date(text, {before_world_.today});
    if (!date) return reject(posted.name, path, text, "later_date"), base::Status();
    if (found == out_.later.end()) {  // the promise may come after its date; without one the date says nothing
      if (!text.empty()) unplaced_dates_[path] = *date;
      return {};
    }
    if (found->expected == *date) return {};
    if (!date->empty() && *date < before_world_.today)
      return reject(posted.name, path, text, "later_date_past"), base::Status();
    found->expected = *date;
    found->automatic = false;
    out_.changed.push_back(path);
    return {};
  }

  base::Result<const Component*> group_of(const Path& path, std::size_t rows_in_path) {
    const auto* bound = app_.bound(path);
    if (bound == nullptr || bound->role != LoadedApp::Role::group) return refuse(path, "no such repeating group");
    const auto& group = app_.folder().layout.at(bound->component);
    if (rows_of(path).size() != group.groups.size() + rows_in_path) return refuse(path, "row numbers do not fit");
    if (read_only(group, path)) return refuse(path, "the group is read-only");
    return &group;
  }

  // Rows nobody sees take no one's place.
  [[nodiscard]] std::size_t hidden_rows(const Component& group, const Path& path) const {
    if (!group.hidden_row.given()) return 0;
    auto world = app_.world(now_, out_.data);
    Evaluator evaluator(world);
    auto rows = rows_of(path);
    return evaluator.row_count(group, rows) - evaluator.shown_rows(group, rows).size();
  }

  static std::size_t rows_in(const Json& data) {
    std::size_t rows = 0;
    if (data.is_array()) {
      for (const auto& item : data.items()) rows += rows_in(item) + (item.is_object() ? 1 : 0);
    } else if (data.is_object()) {
      for (const auto& [name, member] : data.members()) rows += rows_in(member);
    }
    return rows;
  }

  [[nodiscard]] bool has_large_page(const Json& data) const {
    auto world = app_.world(now_, data);
    Evaluator evaluator(world);
    const auto& layout = app_.folder().layout;
    for (std::size_t i = 0; i < layout.pages.size(); ++i) {
      const auto page = static_cast<int>(i);
      if (!evaluator.page_hidden(page) && page_parts(evaluator, layout, page) > most_page_parts) return true;
    }
    return false;
  }

  base::Status add_row(const Path& path) {
    ALTING_TRY(group, group_of(path, 0));
    const auto* value = value_at(out_.data, path);
    auto count = value == nullptr || !value->is_array() ? std::size_t{0} : value->size();
    auto target = std::max(count + 1, group->min_count + (count < group->min_count ? 1U : 0U));
    auto limit = std::min(row_limit(group->group_path()) + hidden_rows(*group, path), max_row_index + 1);
    if (target > limit) {
      pending_.push_back({path, "max_items", std::to_string(row_limit(group->group_path()))});
      return {};
    }
    const auto before = out_.data;
    for (auto i = count; i < target; ++i) {
      auto row = fmt::format("{}[{}]", path, i);
      if (!set_at(out_.data, row, Json::object())) return refuse(path, "something else is in the way");
      app_.preselect(out_.data, row, before_world_.today);
    }
    if (has_large_page(out_.data) && !has_large_page(before)) {
      out_.data = before;
      pending_.push_back({path, "rows_page_full"});
      return {};
    }
    out_.changed.push_back(path);
    return {};
  }

  base::Status remove_row(const Path& path) {
    ALTING_TRY(group, group_of(path, 1));
    (void)group;
    if (value_at(out_.data, path) == nullptr) return {};
    erase_at(out_.data, path);
    auto list_path = path.substr(0, path.rfind('['));
    auto removed = rows_of(path).back().index;
    std::erase_if(out_.later, [&](auto& later) { return !moved_up(later.path, list_path, removed); });
    std::map<std::string, std::string> rejected;
    for (auto& [name, text] : out_.rejected) {
      auto moved = name;
      if (moved_up(moved, list_path, removed)) rejected.emplace(std::move(moved), std::move(text));
    }
    out_.rejected = std::move(rejected);
    std::erase_if(pending_, [&](auto& pending) { return !moved_up(pending.path, list_path, removed); });
    std::erase_if(out_.warnings_for, [&](auto& warned) { return !moved_up(warned, list_path, removed); });
    if (const auto* list = value_at(out_.data, list_path); list != nullptr && list->size() == 0)
      erase_at(out_.data, list_path);
    out_.changed.push_back(list_path);
    return {};
  }

  // A path in a row after the removed one moves up; false for a path in the removed row.
  static bool moved_up(Path& path, const Path& list, std::size_t removed) {
    auto at = path.find(list + "[");
    if (at == std::string::npos || (at != 0 && path[at - 1] != ':')) return true;
    auto open = at + list.size();
    auto close = path.find(']', open);
    if (close == std::string::npos) return true;
    auto index = static_cast<std::size_t>(std::stoul(path.substr(open + 1, close - open - 1)));
    if (index == removed) return false;
    if (index > removed) path = path.substr(0, open) + fmt::format("[{}]", index - 1) + path.substr(close + 1);
    return true;
  }

  void finish() {
    for (const auto& [path, date] : unplaced_dates_) {
      auto found = std::ranges::find(out_.later, path, &Later::path);
      if (found == out_.later.end()) continue;
      if (date < before_world_.today)
        reject("later-date:" + path, path, date, "later_date_past");
      else
        found->expected = date;
    }
    // A field that has its value is promised no longer, and a date without a promise is not asked for.
    std::erase_if(out_.later, [&](const Later& later) { return !is_empty(value_at(out_.data, later.path)); });
    std::erase_if(out_.rejected, [&](const auto& typed) {
      return typed.first.starts_with("later-date:") &&
             std::ranges::find(out_.later, typed.first.substr(11), &Later::path) == out_.later.end();
    });
    Surroundings after = now_;
    after.data = out_.data;
    after.later = out_.later;
    for (auto& path : app_.calculate(after, out_.data)) out_.changed.push_back(std::move(path));
    out_.data = app_.folder().model.in_order(out_.data);
    std::ranges::sort(out_.changed);
    out_.changed.erase(std::ranges::unique(out_.changed).begin(), out_.changed.end());
    for (const auto& pending : pending_) {
      Issue issue;
      issue.path = pending.path;
      issue.code = pending.code;
      if (const auto* component = component_of(pending.path)) {
        issue.component = component->id;
        issue.page = app_.folder().layout.pages[static_cast<std::size_t>(component->page)].id;
      }
      issue.message = message(now_.language, pending.code,
                              {{"field", app_.field_name(before_, now_.language, pending.path)},
                               {"max", pending.max},
                               {"time", pending.time},
                               {"answer", pending.answer}});
      out_.issues.push_back(std::move(issue));
    }
  }

  struct Pending {
    Path path;
    std::string code;
    std::string max = {};
    std::string time = {};
    std::string answer = {};
  };

  const LoadedApp& app_;
  const Surroundings& now_;
  World before_world_;
  Evaluator before_;
  App::Applied out_;
  std::vector<Posted> posted_, promises_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::map<std::string, std::string>> parts_;
  std::vector<std::pair<Path, bool>> rows_;
  std::vector<Pending> pending_;
  std::map<Path, std::string> unplaced_dates_;
};

}  // namespace

base::Result<App::Applied> LoadedApp::apply(const Surroundings& now,
                                            const std::vector<std::pair<std::string, std::string>>& fields) const {
  return Applier(*this, now).run(fields);
}

}  // namespace alting::forms
