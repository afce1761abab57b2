#include "forms/app.h"

#include "forms/form_definition.h"
#include "forms/walked.h"

namespace alting::forms {

App::App(std::shared_ptr<const FormDefinition> form) : form_(std::move(form)) {
  for (const auto language : base::all_languages) starts_.emplace(language, read_start(language));
}

const AppFacts& App::facts() const { return form_->folder().facts; }

Reading App::read(FormContext context) const { return {form_, std::move(context)}; }

bool App::is_moment(std::string_view path) const { return form_->is_moment(path); }

std::string App::title(Language language) const {
  for (auto name : {base::to_text(language), std::string_view("nb"), std::string_view("nn"), std::string_view("en")}) {
    auto found = form_->folder().titles.find(name);
    if (found != form_->folder().titles.end() && !found->second.empty()) return found->second;
  }
  return facts().id.text();
}

RichText App::text(Language language, std::string_view id) const {
  World world;
  world.texts = &form_->texts(language);
  const Json nothing = Json::object();
  world.data = {{"", &nothing}};
  Evaluator evaluator(world);
  return evaluator.text(id, {});
}

const TextBook& App::texts(Language language) const { return form_->texts(language); }

const StartInfo& App::start(Language language) const { return starts_.at(language); }

StartInfo App::read_start(Language language) const {
  const auto& config = form_->folder().config;
  StartInfo out;
  auto words = [&](const std::string& id) { return id.empty() ? RichText() : text(language, id); };
  out.title = title(language);
  out.lead = words(config.lead);
  out.for_whom = words(config.for_whom);
  out.legal_basis = words(config.legal_basis);
  out.who_sees = words(config.who_sees);
  out.topic = words(config.topic).plain();
  for (const auto& id : config.prepare) out.prepare.push_back(words(id));
  for (const auto& id : config.keywords) out.keywords.push_back(words(id).plain());
  for (const auto& id : config.other_ways) out.other_ways.push_back(words(id));
  out.minutes = config.minutes;
  if (const auto* way = way_of(Json::object()); way != nullptr && way->minutes > 0) out.minutes = way->minutes;
  return out;
}

std::vector<WayTexts> App::way_texts(Language language) const {
  std::vector<WayTexts> out;
  const auto& ids = form_->folder().config.way_texts;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& way = facts().ways[i];
    out.push_back({way.code, way.minutes, text(language, ids[i].title),
                   ids[i].text.empty() ? RichText() : text(language, ids[i].text)});
  }
  return out;
}

const Way* App::way_of(const Json& data) const { return forms::way_of(facts(), data); }

base::Result<Json> App::with_way(Json data, std::string_view code) const {
  if (facts().ways.empty() && code.empty()) return data;
  const auto way = std::ranges::find(facts().ways, code.empty() ? facts().default_way : code, &Way::code);
  if (way == facts().ways.end() || !set_at(data, facts().way_path, Json(way->code)))
    return base::make_error(base::ErrorKind::invalid, "error.form.way");
  return form_->folder().model.in_order(data);
}

Controller App::controller(Language language) const {
  const auto& config = form_->folder().config;
  auto name = config.controller_name.find(base::to_text(language));
  if (name == config.controller_name.end()) name = config.controller_name.find("nb");
  return {config.controller_number, name == config.controller_name.end() ? "" : name->second, config.dpo_email,
          config.dpo_phone};
}

std::vector<RichText> App::receipt_next(Language language) const {
  std::vector<RichText> out;
  for (const auto& id : form_->folder().config.receipt_next) out.push_back(text(language, id));
  return out;
}

SupplementTexts App::supplement_texts(Language language) const {
  if (!facts().supplement.declared) return {};
  const auto& ids = form_->folder().config.supplement;
  return {text(language, ids.ask), text(language, ids.start_new), text(language, ids.add)};
}

std::string App::agency_column_label(Language language, const Path& path) const {
  const auto own = form_->folder().config.agency_labels.find(path);
  return own == form_->folder().config.agency_labels.end() ? label(language, path)
                                                           : text(language, own->second).plain();
}

bool App::shows(std::string_view path) const {
  const bool rows = path.ends_with("[]");
  if (rows) path.remove_suffix(2);
  return form_->has_field(path) && (!rows || form_->is_group(path));
}

Prefilled App::prefill(const std::map<std::string, std::string>& sources, base::Instant now) const {
  const auto& folder = form_->folder();
  Prefilled out;
  out.data = folder.model.defaults();
  for (const auto& entry : folder.prefill) {
    auto found = sources.find(entry.source + "." + entry.key);
    if (found == sources.end() || found->second.empty() || out.sources.contains(entry.path)) continue;
    auto type = form_->type_of(entry.path);
    Json value(found->second);
    if (type == SchemaType::integer || type == SchemaType::number) {
      auto number = Json::parse(found->second);
      if (!number || !number->is_number()) continue;
      value = std::move(*number);
    }
    if (set_at(out.data, entry.path, std::move(value))) out.sources[entry.path] = entry.source;
  }
  form_->preselect(out.data, "", base::to_date_oslo(now));
  out.data = folder.model.in_order(out.data);
  return out;
}

}  // namespace alting::forms
