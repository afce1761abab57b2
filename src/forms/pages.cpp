// Pages and overviews as they are to be shown now.
#include "base/text.h"
#include "forms/loaded_app.h"
#include "forms/messages.h"
#include "forms/moment.h"
#include "forms/page_size.h"
#include "forms/requirements.h"

namespace alting::forms {

namespace {

constexpr std::int64_t minute_micros = 60'000'000;

int header_level(const std::string& size) {
  if (size == "M" || size == "h3") return 3;
  if (size == "S" || size == "h4") return 4;
  return 2;
}

class PageBuilder {
 public:
  PageBuilder(const LoadedApp& app, const Surroundings& now)
      : app_(app),
        now_(now),
        world_(app.world(now, now.data)),
        evaluator_(world_),
        requirements_(app, now, evaluator_) {}

  std::vector<ComponentView> build(const std::vector<int>& components, const Rows& rows) {
    std::vector<ComponentView> out;
    for (int index : components) {
      const auto& component = app_.folder().layout.at(index);
      if (!component.kind || evaluator_.hidden(component, rows)) continue;
      out.push_back(view(component, rows));
    }
    return out;
  }
  Evaluator& evaluator() { return evaluator_; }
  [[nodiscard]] bool required(const Component& component, const Scope& scope) {
    return requirements_.required(component, scope);
  }

 private:
  ComponentView view(const Component& component, const Rows& rows) {
    ComponentView out;
    Scope scope;
    scope.component = &component;
    scope.rows = rows;
    scope.page = app_.folder().layout.pages[static_cast<std::size_t>(component.page)].id;
    out.id = component.id;
    for (const auto& row : rows) out.id += fmt::format("-{}", row.index);
    out.kind = *component.kind;
    out.title = evaluator_.text_of(component, "title", scope);
    out.description = evaluator_.text_of(component, "description", scope);
    out.help = evaluator_.text_of(component, "help", scope);
    out.severity = component.severity;
    out.width = component.width;
    out.header_level = header_level(component.size);
    if (out.kind == ComponentKind::alert || out.kind == ComponentKind::paragraph) show_text(component, scope, out);
    if (out.kind == ComponentKind::group) out.rows.push_back(build(component.children, rows));
    if (out.kind == ComponentKind::repeating_group) show_rows(component, scope, out);
    if (out.kind == ComponentKind::upload) show_upload(component, scope, out);
    if (!component.path().empty() && out.kind != ComponentKind::upload) show_field(component, scope, out);
    return out;
  }

  void show_text(const Component& component, const Scope& scope, ComponentView& out) {
    out.body = evaluator_.text_of(component, "body", scope);
    if (component.value) {
      auto shown = evaluator_.display_value(component, scope.rows);
      if (shown) out.body = code_text(*shown);
    } else if (out.kind == ComponentKind::paragraph && out.body.empty()) {
      out.body = std::move(out.title);
      out.title = {};
    }
  }

  void show_promise(const Component& component, ComponentView& out) {
    out.deferrable = component.deferrable;
    auto promised = std::ranges::find(now_.later, out.path, &Later::path);
    if (promised != now_.later.end()) out.later = *promised;
    out.later_open = now_.supplement && std::ranges::find(now_.open, out.path, &Later::path) != now_.open.end();
  }

  void show_rows(const Component& component, const Scope& scope, ComponentView& out) {
    out.path = with_rows(component.group_path(), scope.rows);
    out.min_rows = component.min_count;
    out.max_rows = most_rows(component.max_count, component.group_path(), app_.folder().model);
    out.required = required(component, scope);
    out.read_only = evaluator_.test(component.read_only, scope);
    show_promise(component, out);
    out.add_label = evaluator_.text_of(component, "add_button", scope);
    if (out.add_label.empty()) out.add_label = message(now_.language, "add_row");
    out.remove_label = evaluator_.text_of(component, "remove_button", scope);
    if (out.remove_label.empty()) out.remove_label = message(now_.language, "remove_row");
    std::vector<int> inside;
    for (int child : component.children) {
      if (!app_.folder().layout.at(child).outside_rows) inside.push_back(child);
    }
    out.row_indexes = evaluator_.shown_rows(component, scope.rows);
    for (auto next = evaluator_.row_count(component, scope.rows); out.row_indexes.size() < component.min_count; ++next)
      out.row_indexes.push_back(next);
    for (auto index : out.row_indexes) {
      auto rows = scope.rows;
      rows.push_back({component.group_path(), index});
      out.rows.push_back(build(inside, rows));
    }
  }

  void show_upload(const Component& component, const Scope& scope, ComponentView& out) {
    out.data_type = component.id;
    out.required = component.min_count > 0 || evaluator_.test(component.required, scope);
    const auto& rules = app_.uploads();
    if (auto rule = std::ranges::find(rules, component.id, &App::UploadRule::data_type); rule != rules.end()) {
      out.min_files = rule->min_count;
      out.max_files = rule->max_count;
      out.max_bytes = rule->max_bytes;
      out.file_endings = rule->endings;
    }
    for (const auto& option : evaluator_.options_of(component, scope.rows))
      out.tags.push_back(option_view(option, scope));
    for (const auto& file : now_.attachments) {
      if (file.data_type == component.id) out.files.push_back(file);
    }
  }

  OptionView option_view(const Option& option, const Scope& scope) {
    auto words = [&](const std::string& id) { return evaluator_.option_words(option, id, scope); };
    return {option.code, words(option.label), words(option.description), words(option.help)};
  }

  // Options made from rows have their words already: where they are the same rows, it is the same list.
  ChoiceList list_of(const std::vector<Option>& options, const Component& component, const Scope& scope) {
    auto made = [&] {
      std::vector<OptionView> views;
      views.reserve(options.size());
      for (const auto& option : options) views.push_back(option_view(option, scope));
      return ChoiceList(std::make_shared<const std::vector<OptionView>>(std::move(views)));
    };
    if (!component.row_source) return made();
    auto [known, fresh] = lists_.try_emplace(&options);
    if (fresh) known->second = made();
    return known->second;
  }

  void show_options(const Component& component, const Scope& scope, ComponentView& out) {
    std::vector<std::string> chosen = out.values;
    if (out.kind != ComponentKind::checkboxes && !out.value.empty()) chosen = {out.value};
    out.options = list_of(evaluator_.options_of(component, scope.rows), component, scope);
    if (evaluator_.has_more_options(component, scope.rows))
      out.notice = message(now_.language, "option_rows_over", {{"max", std::to_string(most_row_options)}});
    // An answer from a list that has since changed stays to be seen, and one whose row is gone.
    std::vector<OptionView> more;
    for (const auto& code : chosen) {
      if (std::ranges::find(out.options, code, &OptionView::value) != out.options.end()) continue;
      auto label = evaluator_.option_label(component, code, scope);
      if (label != code || component.row_source) more.push_back({code, label, "", ""});
    }
    if (more.empty()) return;
    std::vector<OptionView> own(out.options.begin(), out.options.end());
    std::ranges::move(more, std::back_inserter(own));
    out.options = ChoiceList(std::make_shared<const std::vector<OptionView>>(std::move(own)));
  }

  void show_value(const Component& component, const Json& value, ComponentView& out) {
    if (out.kind == ComponentKind::checkboxes) {
      if (value.is_array()) {
        for (const auto& item : value.items()) out.values.push_back(code_text(item));
      } else {
        auto text = code_text(value);
        for (auto part : base::split(text, ',')) {
          if (!base::trim(part).empty()) out.values.emplace_back(base::trim(part));
        }
      }
    } else {
      out.value = code_text(value);
      bool comma = now_.language != Language::en && (out.kind == ComponentKind::number || value.is_number());
      if (comma && value.is_number() && component.kind != ComponentKind::radio &&
          component.kind != ComponentKind::dropdown)
        out.value = base::replace_all(out.value, ".", ",");
    }
  }

  void show_field(const Component& component, const Scope& scope, ComponentView& out) {
    out.path = with_rows(component.path(), scope.rows);
    const auto* schema = app_.folder().model.find(component.path());
    auto type = schema == nullptr ? SchemaType::any : schema->type;
    if (out.kind == ComponentKind::input && (type == SchemaType::number || type == SchemaType::integer))
      out.kind = ComponentKind::number;
    if (const auto* value = value_at(now_.data, out.path); value != nullptr) {
      show_value(component, *value, out);
    } else if (is_new_row(scope.rows)) {
      if (auto given = app_.preselected(component, world_.today)) show_value(component, *given, out);
    }
    out.required = required(component, scope);
    out.read_only = evaluator_.test(component.read_only, scope);
    show_promise(component, out);
    out.max_length = component.max_length > 0 ? component.max_length
                     : schema != nullptr      ? schema->max_length.value_or(0)
                                              : 0;
    out.autocomplete = component.autocomplete;
    out.input_mode = !component.input_mode.empty()                    ? component.input_mode
                     : type == SchemaType::integer                    ? "numeric"
                     : type == SchemaType::number                     ? "decimal"
                     : schema != nullptr && schema->format == "email" ? "email"
                     : component.autocomplete == "tel"                ? "tel"
                                                                      : "";
    if (out.kind == ComponentKind::radio || out.kind == ComponentKind::checkboxes ||
        out.kind == ComponentKind::dropdown)
      show_options(component, scope, out);
    if (out.kind == ComponentKind::date_time) show_occurrences(component, out);
    if (!component.precision.empty()) show_precision(component, scope, out);
    show_source(out);
  }

  // A row that is asked for but not in the data yet.
  [[nodiscard]] bool is_new_row(const Rows& rows) const {
    if (rows.empty()) return false;
    auto outer = Rows(rows.begin(), rows.end() - 1);
    const auto* list = value_at(now_.data, rows.back().group, outer);
    return list == nullptr || !list->is_array() || rows.back().index >= list->size();
  }

  // Asked only where the clock shows the time twice: as it is stored, or as it was typed and could not be read.
  void show_occurrences(const Component& component, ComponentView& out) {
    auto typed = [&](std::string_view part) {
      auto found = now_.rejected.find(fmt::format("{}.{}", out.path, part));
      return found == now_.rejected.end() ? std::string() : found->second;
    };
    auto stored = base::from_rfc3339(out.value);
    auto date = typed("date"), time = typed("time");
    bool rejected = !date.empty() || !time.empty();
    if (!rejected && !stored) return;
    auto moments = rejected ? typed_moments(date, time, {world_.today, component.asks_past}) : moments_like(*stored);
    if (moments.size() != 2) return;
    for (std::size_t i = 0; i < 2; ++i) {
      bool chosen = !rejected && moments[i].micros / minute_micros == stored->micros / minute_micros;
      out.occurrences.push_back({std::string(occurrence_codes[i]),
                                 message(now_.language, fmt::format("occurrence.{}", occurrence_codes[i])), "", "",
                                 chosen});
    }
  }

  void show_precision(const Component& component, const Scope& scope, ComponentView& out) {
    out.precision_path = with_rows(component.precision, scope.rows);
    if (const auto* value = value_at(now_.data, out.precision_path)) out.precision_value = code_text(*value);
    for (const auto* code : precision_codes) {
      out.precision_options.push_back(
          {code, message(now_.language, fmt::format("precision.{}", code)), "", "", out.precision_value == code});
    }
  }

  void show_source(ComponentView& out) {
    auto found = now_.sources.find(out.path);
    if (found == now_.sources.end() || (out.value.empty() && out.values.empty())) return;
    const auto& source = found->second;
    bool own = source == "ER" || source == "DSF" || source == "UserProfile";
    out.source = own ? message(now_.language, "source." + source) : evaluator_.text(source, {}).plain();
  }

  static constexpr std::array precision_codes{"eksakt", "omtrentlig", "dag", "maaned", "ukjent"};
  const LoadedApp& app_;
  const Surroundings& now_;
  World world_;
  Evaluator evaluator_;
  Requirements requirements_;
  std::map<const std::vector<Option>*, ChoiceList> lists_;  // of the evaluator's own lists, which stay where they are
};

base::RichText page_title(Evaluator& evaluator, const Page& page) {
  Scope scope;
  scope.page = page.id;
  return evaluator.text(page.id, scope);
}

}  // namespace

std::vector<std::pair<std::string, base::RichText>> LoadedApp::pages(const Surroundings& now) const {
  auto seen = world(now, now.data);
  Evaluator evaluator(seen);
  std::vector<std::pair<std::string, base::RichText>> out;
  for (std::size_t i = 0; i < folder_.layout.pages.size(); ++i) {
    const auto& page = folder_.layout.pages[i];
    if (!evaluator.page_hidden(static_cast<int>(i))) out.emplace_back(page.id, page_title(evaluator, page));
  }
  if (now.supplement) {
    // An addition begins where one says what is new, and goes on with the pages on which something is open.
    std::set<std::string, std::less<>> open;
    for (const auto& one : now.open) {
      if (const auto* field = bound(one.path))
        open.insert(folder_.layout.pages[static_cast<std::size_t>(folder_.layout.at(field->component).page)].id);
    }
    std::ranges::stable_sort(out, {}, [&](const auto& page) {
      return page.first == folder_.config.supplement.page ? 0 : open.contains(page.first) ? 1 : 2;
    });
  }
  return out;
}

base::Result<PageView> LoadedApp::page(const Surroundings& now, std::string_view page) const {
  auto found = std::ranges::find(folder_.layout.pages, page, &Page::id);
  if (found == folder_.layout.pages.end()) return base::make_error(base::ErrorKind::not_found, "error.form.no_page");
  PageBuilder builder(*this, now);
  const auto index = static_cast<int>(found - folder_.layout.pages.begin());
  if (builder.evaluator().page_hidden(index)) {
    return base::make_error(base::ErrorKind::not_found, "error.form.no_page");
  }
  if (page_parts(builder.evaluator(), folder_.layout, index) > most_page_parts)
    return base::make_error(base::ErrorKind::too_large, "error.form.page_too_large");
  return PageView{found->id, page_title(builder.evaluator(), *found), builder.build(found->roots, {})};
}

namespace {

std::string file_names(const Surroundings& now, const std::string& data_type) {
  std::string out;
  for (const auto& file : now.attachments) {
    if (file.data_type == data_type) out += (out.empty() ? "" : ", ") + file.file_name;
  }
  return out;
}

bool is_field(const Component& component) {
  return component.kind == ComponentKind::upload || component.kind == ComponentKind::repeating_group ||
         !component.path().empty();
}

}  // namespace

std::vector<AnswerView> LoadedApp::answers(const Surroundings& now) const {
  PageBuilder builder(*this, now);
  auto& evaluator = builder.evaluator();
  std::vector<AnswerView> out;
  for (const auto& place : visible_places(evaluator)) {
    const auto& component = *place.component;
    if (!component.kind || !is_field(component)) continue;
    Scope scope;
    scope.component = &component;
    scope.rows = place.rows;
    AnswerView view;
    const auto& page = folder_.layout.pages[static_cast<std::size_t>(component.page)];
    view.page = page.id;
    view.page_title = page_title(evaluator, page).plain();
    view.component = component.id;
    for (const auto& row : place.rows) view.component += fmt::format("-{}", row.index);
    if (component.kind == ComponentKind::upload) {
      view.label = evaluator.text_of(component, "title", scope).plain();
      view.answer = file_names(now, component.id);
      view.required = component.min_count > 0;
      out.push_back(std::move(view));
      continue;
    }
    bool group = component.kind == ComponentKind::repeating_group;
    view.path = group ? with_rows(component.group_path(), place.rows) : place.path();
    const auto* value = value_at(now.data, view.path);
    if (group && !evaluator.shown_rows(component, place.rows).empty()) continue;  // its rows tell
    if (group) value = nullptr;  // of rows that are not shown nothing is told
    view.label = field_name(evaluator, now.language, view.path);
    if (!is_empty(value)) view.answer = words(evaluator.world(), now.language, view.path, *value);
    if (!component.precision.empty() && !view.answer.empty()) {
      const auto* precision = value_at(now.data, component.precision, place.rows);
      if (!is_empty(precision) && code_text(*precision) != "eksakt")
        view.answer += fmt::format(" ({})", message(now.language, "precision." + code_text(*precision)));
    }
    view.required = builder.required(component, scope);
    if (auto promised = std::ranges::find(now.later, view.path, &Later::path);
        promised != now.later.end() && view.answer.empty()) {
      view.later = true;
      view.expected = promised->expected;
    }
    if (now.supplement) {
      const auto* before = value_at(now.before, view.path);
      bool was_empty = is_empty(before), now_empty = is_empty(value);
      view.changed = was_empty != now_empty || (!was_empty && *before != *value);
      if (!was_empty) view.before = words(evaluator.world(), now.language, view.path, *before);
    }
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace alting::forms
