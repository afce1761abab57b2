#include "forms/page_builder.h"

#include "base/text.h"
#include "forms/messages.h"
#include "forms/moment.h"
#include "forms/page_size.h"

namespace alting::forms {

namespace {

constexpr std::int64_t minute_micros = 60'000'000;

class PageBuilder {
 public:
  PageBuilder(const FormDefinition& form, const FormContext& context, const TypedTexts& typed, Evaluator& evaluator,
              Requirements& requirements)
      : form_(form), context_(context), typed_(typed), evaluator_(evaluator), requirements_(requirements) {}

  std::vector<ComponentView> build(const std::vector<int>& components, const Rows& rows) {
    std::vector<ComponentView> out;
    for (int index : components) {
      const auto& component = form_.layout().at(index);
      if (!component.kind || evaluator_.hidden(component, rows)) continue;
      out.push_back(view(component, rows));
    }
    return out;
  }

  // A page's own components, and what stands below them in an addition.
  std::vector<ComponentView> build(const Page& page, const Addition* addition) {
    auto out = build(page.roots, {});
    if (addition == nullptr) return out;
    for (const auto& section : addition->sections) {
      out.push_back(heading(form_.layout().pages[static_cast<std::size_t>(section.page)]));
      out.back().folds = section.places.size();
      for (const auto& place : section.places) out.push_back(away_from_page(place));
    }
    if (addition->upload != nullptr) out.push_back(view(*addition->upload, {}));
    return out;
  }

 private:
  ComponentView heading(const Page& page) {
    ComponentView out;
    out.id = "page_" + page.id;
    out.kind = ComponentKind::header;
    out.title = page_title(evaluator_, page);
    return out;
  }

  // Without its rows around it, a field says itself which row it stands in.
  ComponentView away_from_page(const Place& place) {
    auto out = view(*place.component, place.rows);
    if (!place.rows.empty() && !out.path.empty()) out.title = form_.field_name(evaluator_, context_.language, out.path);
    return out;
  }

  ComponentView view(const Component& component, const Rows& rows) {
    ComponentView out;
    const auto scope = scope_of(form_, component, rows);
    out.id = id_in_rows(component, rows);
    out.kind = *component.kind;
    out.title = evaluator_.text_of(component, "title", scope);
    out.description = evaluator_.text_of(component, "description", scope);
    out.help = evaluator_.text_of(component, "help", scope);
    out.severity = component.severity;
    out.width = component.width;
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
    if (const auto* promised = promise_at(context_.later, out.path)) out.later = *promised;
    out.later_open = context_.supplement && promise_at(context_.open, out.path) != nullptr;
    out.open_answer = opens(form_, context_, out.path, value_at(context_.data, out.path));
  }

  void show_rows(const Component& component, const Scope& scope, ComponentView& out) {
    out.path = with_rows(component.group_path(), scope.rows);
    out.min_rows = component.min_count;
    out.max_rows = max_rows_of(component.max_count, component.group_path(), form_.folder().model);
    out.required = requirements_.required(component, scope);
    out.read_only = evaluator_.test(component.read_only, scope);
    show_promise(component, out);
    out.add_label = evaluator_.text_of(component, "add_button", scope);
    if (out.add_label.empty()) out.add_label = message(context_.language, "add_row");
    out.remove_label = evaluator_.text_of(component, "remove_button", scope);
    if (out.remove_label.empty()) out.remove_label = message(context_.language, "remove_row");
    std::vector<int> inside;
    for (int child : component.children) {
      if (!form_.layout().at(child).outside_rows) inside.push_back(child);
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
    const auto& rules = form_.folder().facts.uploads;
    if (auto rule = std::ranges::find(rules, component.id, &UploadRule::data_type); rule != rules.end()) {
      out.max_files = rule->max_count;
      out.max_bytes = rule->max_bytes;
      out.file_endings = rule->endings;
    }
    for (const auto& option : evaluator_.options_of(component, scope.rows))
      out.tags.push_back(option_view(option, scope));
    for (const auto& file : context_.attachments) {
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
      out.notice = message(context_.language, "option_rows_over", {{"max", std::to_string(max_row_options)}});
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
      out.values = codes_of(value);
    } else {
      out.value = code_text(value);
      bool comma = context_.language != Language::en && (out.kind == ComponentKind::number || value.is_number());
      if (comma && value.is_number() && !component.is_choice()) out.value = base::replace_all(out.value, ".", ",");
    }
  }

  void show_field(const Component& component, const Scope& scope, ComponentView& out) {
    out.path = with_rows(component.path(), scope.rows);
    const auto* schema = form_.folder().model.find(component.path());
    auto type = schema == nullptr ? SchemaType::any : schema->type;
    if (out.kind == ComponentKind::input && (type == SchemaType::number || type == SchemaType::integer))
      out.kind = ComponentKind::number;
    if (const auto* value = value_at(context_.data, out.path); value != nullptr) {
      show_value(component, *value, out);
    } else if (is_new_row(scope.rows)) {
      if (auto given = form_.preselected(component, evaluator_.world().today)) show_value(component, *given, out);
    }
    out.required = requirements_.required(component, scope);
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
    if (component.is_choice()) show_options(component, scope, out);
    if (out.kind == ComponentKind::date_time) show_occurrences(component, out);
    if (!component.precision.empty()) show_precision(component, scope, out);
    show_source(out);
  }

  // A row that is asked for but not in the data yet.
  [[nodiscard]] bool is_new_row(const Rows& rows) const {
    if (rows.empty()) return false;
    auto outer = Rows(rows.begin(), rows.end() - 1);
    const auto* list = value_at(context_.data, rows.back().group, outer);
    return list == nullptr || !list->is_array() || rows.back().index >= list->size();
  }

  // Asked only where the clock shows the time twice: as it is stored, or as it was typed and could not be read.
  void show_occurrences(const Component& component, ComponentView& out) {
    auto stored = base::from_rfc3339(out.value);
    auto date = typed({FieldName::Part::date, out.path}), time = typed({FieldName::Part::time, out.path});
    bool rejected = !date.empty() || !time.empty();
    if (!rejected && !stored) return;
    auto moments =
        rejected ? typed_moments(date, time, {evaluator_.world().today, component.asks_past}) : moments_like(*stored);
    if (moments.size() != 2) return;
    for (std::size_t i = 0; i < 2; ++i) {
      bool chosen = !rejected && moments[i].micros / minute_micros == stored->micros / minute_micros;
      out.occurrences.push_back({std::string(occurrence_codes[i]),
                                 message(context_.language, fmt::format("occurrence.{}", occurrence_codes[i])), "", "",
                                 chosen});
    }
  }

  [[nodiscard]] std::string typed(const FieldName& name) const {
    for (const auto* texts : {&typed_, &context_.rejected}) {
      if (const auto found = texts->find(name); found != texts->end()) return found->second;
    }
    return {};
  }

  void show_precision(const Component& component, const Scope& scope, ComponentView& out) {
    out.precision_path = with_rows(component.precision, scope.rows);
    if (const auto* value = value_at(context_.data, out.precision_path)) out.precision_value = code_text(*value);
    for (const auto code : precision_codes) {
      out.precision_options.push_back({std::string(code), message(context_.language, fmt::format("precision.{}", code)),
                                       "", "", out.precision_value == code});
    }
  }

  void show_source(ComponentView& out) {
    auto found = context_.sources.find(out.path);
    if (found == context_.sources.end() || (out.value.empty() && out.values.empty())) return;
    const auto& source = found->second;
    bool own = source == "ER" || source == "DSF" || source == "UserProfile";
    out.source = own ? message(context_.language, "source." + source) : evaluator_.text(source, {}).plain();
  }

  const FormDefinition& form_;
  const FormContext& context_;
  const TypedTexts& typed_;
  Evaluator& evaluator_;
  Requirements& requirements_;
  std::map<const std::vector<Option>*, ChoiceList> lists_;  // of the evaluator's own lists, which stay where they are
};

}  // namespace

RichText page_title(Evaluator& evaluator, const Page& page) {
  Scope scope;
  scope.page = page.id;
  return evaluator.text(page.id, scope);
}

std::vector<PageTitle> titles_of(const FormDefinition& form, Evaluator& evaluator, const std::vector<int>& pages) {
  std::vector<PageTitle> out;
  for (int index : pages) {
    const auto& page = form.layout().pages[static_cast<std::size_t>(index)];
    out.push_back({page.id, page_title(evaluator, page)});
  }
  return out;
}

base::Result<PageView> page_of(const FormDefinition& form, const FormContext& context, std::string_view id,
                               const TypedTexts& typed, const std::optional<Addition>& addition, Evaluator& evaluator,
                               Requirements& requirements) {
  const auto& layout = form.layout();
  const auto found = std::ranges::find(layout.pages, id, &Page::id);
  const auto index = static_cast<int>(found - layout.pages.begin());
  if (found == layout.pages.end() || evaluator.page_hidden(index))
    return base::make_error(base::ErrorKind::not_found, "error.form.no_page");
  if (page_parts(evaluator, layout, index) > max_page_parts)
    return base::make_error(base::ErrorKind::too_large, "error.form.page_too_large");
  PageBuilder builder(form, context, typed, evaluator, requirements);
  const auto* below = addition && addition->page == index ? &*addition : nullptr;
  return PageView{found->id, page_title(evaluator, *found), builder.build(*found, below)};
}

}  // namespace alting::forms
