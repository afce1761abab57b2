#include "portal/message_form.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/size.h"
#include "base/text.h"
#include "base/typed_text.h"
#include "forms/typed.h"
#include "portal/words.h"

namespace alting::portal {

using html::text;

namespace {

constexpr std::string_view default_publish_time = "08:00";

std::optional<KeptFile> kept_file(std::string_view words) {
  const auto first = words.find('|');
  const auto second = first == std::string_view::npos ? first : words.find('|', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto id = inbox::FileId::parse(words.substr(0, first));
  if (!id) return std::nullopt;
  KeptFile file{.id = *id, .name = base::one_line(words.substr(second + 1), 200)};
  const auto size = words.substr(first + 1, second - first - 1);
  std::from_chars(size.data(), size.data() + size.size(), file.size);
  return file;
}

std::string words_of(const KeptFile& file) {
  return file.id.text() + "|" + std::to_string(file.size) + "|" + file.name;
}

std::optional<Language> language_of_code(std::string_view code) {
  for (const auto language : base::all_languages)
    if (code == base::to_text(language)) return language;
  return std::nullopt;
}

int number_at(std::string_view digits, std::size_t from, std::size_t count) {
  int number = 0;
  std::from_chars(digits.data() + from, digits.data() + from + count, number);
  return number;
}

// "2026-12-31" and "08:00", both checked.
std::optional<base::Instant> moment_of(std::string_view day, std::string_view time) {
  return base::from_oslo(number_at(day, 0, 4), number_at(day, 5, 2), number_at(day, 8, 2), number_at(time, 0, 2),
                         number_at(time, 3, 2));
}

// The last minute of the day: it may be answered all day.
std::optional<base::Instant> due_of(const View& view, TypedMessage& typed) {
  if (typed.due.empty()) return std::nullopt;
  const auto day = forms::typed_date(typed.due, {.today = base::to_date_oslo(view.now())});
  if (!day) {
    typed.errors[message_field::due] = view.t("sending.error.date");
    return std::nullopt;
  }
  typed.due = *day;
  return moment_of(*day, "23:59");
}

std::optional<base::Instant> publish_of(const View& view, TypedMessage& typed) {
  if (typed.publish_day.empty() && typed.publish_time.empty()) return std::nullopt;
  const auto day = forms::typed_date(typed.publish_day, {.today = base::to_date_oslo(view.now())});
  const auto time =
      forms::typed_time(typed.publish_time.empty() ? default_publish_time : std::string_view(typed.publish_time));
  if (!day || !time) {
    typed.errors[message_field::publish_day] = view.t(day ? "sending.error.time" : "sending.error.date");
    return std::nullopt;
  }
  typed.publish_day = *day;
  typed.publish_time = *time;
  if (*day < base::to_date_oslo(view.now()))
    typed.errors[message_field::publish_day] = view.t("sending.error.publish_past");
  return moment_of(*day, *time);
}

inbox::ReplyWay reply_of(const View& view, TypedMessage& typed) {
  inbox::ReplyWay reply;
  if (typed.reply == "message") {
    reply.kind = inbox::ReplyWay::Kind::message;
  } else if (typed.reply == "form") {
    reply.kind = inbox::ReplyWay::Kind::form;
    reply.form = terms::AppId::parse(typed.reply_form);
    if (!reply.form) typed.errors[message_field::reply_form] = view.t("sending.error.reply_form");
  }
  return reply;
}

ui::TextField line_field(const View& view, std::string_view name, std::string_view words, const std::string& value,
                         const TypedMessage& typed) {
  ui::TextField field;
  field.name = name;
  field.label = view.t(words);
  field.value = value;
  if (const auto found = typed.errors.find(name); found != typed.errors.end()) field.error = found->second;
  return field;
}

ui::TextArea area_field(const View& view, std::string_view name, std::string_view words, const std::string& value,
                        const TypedMessage& typed, int rows) {
  ui::TextArea field;
  field.name = name;
  field.label = view.t(words);
  field.value = value;
  field.rows = rows;
  if (const auto found = typed.errors.find(name); found != typed.errors.end()) field.error = found->second;
  return field;
}

ui::Checkbox box(const View& view, std::string_view name, std::string_view words, std::string_view help, bool checked) {
  ui::Checkbox field;
  field.name = name;
  field.value = parameter::yes;
  field.label = view.t(words);
  if (!help.empty()) field.description = view.t(help);
  field.checked = checked;
  return field;
}

Html service_field(const MessageSendingView& view, const std::vector<terms::AppId>& services,
                   const TypedMessage& typed) {
  ui::RadioGroup field;
  field.name = message_field::service;
  field.label = view.t("sending.field.service");
  field.description = view.t("sending.field.service.help");
  field.value = services.size() == 1 ? services.front().text() : typed.service;
  field.required = true;
  if (const auto found = typed.errors.find(message_field::service); found != typed.errors.end())
    field.error = found->second;
  for (const auto& service : services)
    field.options.push_back({.value = service.text(), .label = service_title(view, service)});
  return ui::radio_group(field);
}

Html recipients_fields(const View& view, const std::string& answers, const TypedMessage& typed) {
  if (!answers.empty()) return ui::fieldset(view.t("sending.to"), ui::paragraph(answers));
  auto field = area_field(view, message_field::recipients, "sending.field.recipients", typed.recipients, typed, 6);
  field.description = view.t("sending.field.recipients.help");
  field.required = true;
  ui::FileField file;
  file.name = message_field::recipient_file;
  file.label = view.t("sending.field.recipient_file");
  file.description = view.t("sending.field.recipient_file.help");
  file.marker = view.t("form.marker.optional");
  file.accept = {".csv", ".txt"};
  file.largest = largest_recipient_file;
  file.large_text =
      view.t("upload.chosen_too_large", {{"size", base::size_in_words(largest_recipient_file, view.language)}});
  if (const auto found = typed.errors.find(message_field::recipient_file); found != typed.errors.end())
    file.error = found->second;
  return ui::fieldset(view.t("sending.to"), ui::text_area(field) + ui::file_field(file));
}

Html content_fields(const View& view, const TypedMessage& typed) {
  auto title = line_field(view, message_field::title, "sending.field.title", typed.title, typed);
  title.required = true;
  auto summary = area_field(view, message_field::summary, "sending.field.summary", typed.summary, typed, 2);
  summary.marker = view.t("form.marker.optional");
  auto body = area_field(view, message_field::body, "sending.field.body", typed.body, typed, 12);
  body.description = view.t("sending.field.body.help");
  body.required = true;
  ui::RadioGroup language;
  language.name = message_field::language;
  language.label = view.t("sending.field.language");
  language.value = typed.language;
  for (const auto one : base::all_languages)
    language.options.push_back(
        {.value = std::string(base::to_text(one)), .label = view.t("language." + std::string(base::to_text(one)))});
  return ui::text_field(title) + ui::text_area(summary) + ui::text_area(body) + ui::radio_group(language);
}

Html files_fields(const View& view, const TypedMessage& typed) {
  Html content;
  if (!typed.files.empty()) {
    ui::CheckboxGroup kept;
    kept.name = message_field::kept_files;
    kept.label = view.t("sending.field.kept_files");
    kept.description = view.t("sending.field.kept_files.help");
    for (const auto& file : typed.files) {
      kept.values.push_back(file.id.text());
      kept.options.push_back(
          {.value = file.id.text(),
           .label = fmt::format("{} ({})", file.name, base::size_in_words(file.size, view.language))});
    }
    content += ui::checkbox_group(kept);
  }
  ui::FileField file;
  file.name = message_field::files;
  file.label = view.t("sending.field.files");
  std::string endings;
  for (const auto& ending : inbox::StagedFiles::endings()) endings += (endings.empty() ? "" : ", ") + ending;
  file.description =
      view.t("sending.field.files.help", {{"endings", endings},
                                          {"size", base::size_in_words(inbox::largest_message_file, view.language)},
                                          {"count", std::to_string(inbox::max_message_files)}});
  file.marker = view.t("form.marker.optional");
  file.accept = inbox::StagedFiles::endings();
  file.multiple = true;
  file.largest = inbox::largest_message_file;
  file.large_text =
      view.t("upload.chosen_too_large", {{"size", base::size_in_words(inbox::largest_message_file, view.language)}});
  if (const auto found = typed.errors.find(message_field::files); found != typed.errors.end())
    file.error = found->second;
  content += ui::file_field(file);
  content += ui::button({.label = view.t("sending.add_files"),
                         .variant = ui::Variant::secondary,
                         .name = std::string(message_field::act),
                         .value = std::string(to_text(WritingAct::add_files)),
                         .no_validate = true});
  return ui::fieldset(view.t("sending.files"), content);
}

Html reply_fields(const MessageSendingView& view, const SendingStaff& staff, const TypedMessage& typed) {
  ui::RadioGroup reply;
  reply.name = message_field::reply;
  reply.label = view.t("sending.field.reply");
  reply.value = typed.reply;
  ui::Select form;
  form.name = message_field::reply_form;
  form.label = view.t("sending.field.reply_form");
  form.value = typed.reply_form;
  form.empty_label = view.t("form.choose");
  if (const auto found = typed.errors.find(message_field::reply_form); found != typed.errors.end())
    form.error = found->second;
  for (const auto& app : view.uses.apps.all())
    if (app->facts().id.org == staff.org)
      form.options.push_back({.value = app->facts().id.text(), .label = app->title(view.language)});
  reply.options = {{.value = "none", .label = view.t("sending.reply.none")},
                   {.value = "message", .label = view.t("sending.reply.message")}};
  if (!form.options.empty()) reply.options.push_back({.value = "form", .label = view.t("sending.reply.form")});
  return ui::radio_group(reply) + (form.options.empty() ? Html() : ui::select(form)) +
         ui::checkbox(box(view, message_field::must_confirm, "sending.field.must_confirm", "", typed.must_confirm));
}

Html time_fields(const View& view, const TypedMessage& typed) {
  ui::DateField due;
  due.name = message_field::due;
  due.label = view.t("sending.field.due");
  due.marker = view.t("form.marker.optional");
  due.value = typed.due;
  due.min = base::to_date_oslo(view.now());
  if (const auto found = typed.errors.find(message_field::due); found != typed.errors.end()) due.error = found->second;
  ui::DateTimeField publish;
  publish.name = message_field::publish_day;
  publish.label = view.t("sending.field.publish");
  publish.description = view.t("sending.field.publish.help");
  publish.marker = view.t("form.marker.optional");
  publish.date_name = message_field::publish_day;
  publish.time_name = message_field::publish_time;
  publish.date_label = view.t("sending.field.publish.day");
  publish.time_label = view.t("sending.field.publish.time");
  if (!typed.publish_day.empty() || !typed.publish_time.empty())
    publish.value = typed.publish_day + "T" + typed.publish_time;
  publish.min = due.min;
  if (const auto found = typed.errors.find(message_field::publish_day); found != typed.errors.end())
    publish.error = found->second;
  return ui::date_field(due) + ui::date_time_field(publish);
}

Html notice_fields(const View& view, const TypedMessage& typed) {
  auto reason = area_field(view, message_field::reason, "sending.field.reason", typed.reason, typed, 2);
  reason.description = view.t("sending.field.reason.help");
  reason.marker = view.t("form.marker.optional");
  Html overriding = ui::checkbox(box(view, message_field::overrides, "sending.field.override",
                                     "sending.field.override.help", typed.overrides)) +
                    ui::text_area(reason);
  return ui::fieldset(
      view.t("sending.notice"),
      ui::checkbox(
          box(view, message_field::notify, "sending.field.notify", "sending.field.notify.help", typed.notify)) +
          ui::checkbox(box(view, message_field::confidential, "sending.field.confidential",
                           "sending.field.confidential.help", typed.confidential)) +
          ui::details(view.t("sending.override"), overriding, typed.overrides || !reason.error.empty()));
}

constexpr std::array field_order{
    message_field::service,    message_field::recipients, message_field::recipient_file, message_field::title,
    message_field::summary,    message_field::body,       message_field::case_reference, message_field::files,
    message_field::reply_form, message_field::due,        message_field::publish_day,    message_field::confidential,
    message_field::reason};

}  // namespace

std::pair<std::string, std::string> again_by(WritingAct act) {
  return {std::string(message_field::act), std::string(to_text(act))};
}

std::string_view to_text(WritingAct act) {
  switch (act) {
    case WritingAct::preview: return "vis";
    case WritingAct::add_files: return "filer";
    case WritingAct::change: return "endre";
    case WritingAct::send: return "send";
  }
  return "";
}

TypedMessage typed_message(const Request& request) {
  using namespace message_field;
  const auto line = [&](std::string_view name) { return base::clean_line(request.form_value(name)); };
  const auto yes = [&](std::string_view name) { return request.form_value(name) == parameter::yes; };
  TypedMessage typed;
  typed.service = request.form_value(service);
  typed.recipients = base::clean_lines(request.form_value(recipients));
  typed.case_reference = line(case_reference);
  typed.language = request.form_value(language);
  typed.title = line(title);
  typed.summary = base::clean_lines(request.form_value(summary));
  typed.body = base::clean_lines(request.form_value(body));
  typed.due = base::clean_figures(request.form_value(due));
  typed.publish_day = base::clean_figures(request.form_value(publish_day));
  typed.publish_time = base::clean_figures(request.form_value(publish_time));
  typed.reply = request.form_value(reply);
  if (typed.reply != "message" && typed.reply != "form") typed.reply = "none";
  typed.reply_form = request.form_value(reply_form);
  typed.reason = line(reason);
  typed.answer_to = request.form_value(answer_to);
  typed.must_confirm = yes(must_confirm);
  typed.confidential = yes(confidential);
  typed.notify = yes(notify);
  typed.overrides = yes(overrides);
  typed.once = request.form_value("once");
  typed.files_lost = !request.form_value(View::files_field).empty();
  const auto kept = request.form_values(kept_files);
  for (const auto words : request.form_values(file_words)) {
    const auto file = kept_file(words);
    if (file && typed.files.size() < inbox::max_message_files && std::ranges::find(kept, file->id.text()) != kept.end())
      typed.files.push_back(*file);
  }
  return typed;
}

web::Fields fields_of(const TypedMessage& typed) {
  using namespace message_field;
  web::Fields fields;
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, const std::string&>>{{service, typed.service},
                                                                              {recipients, typed.recipients},
                                                                              {case_reference, typed.case_reference},
                                                                              {language, typed.language},
                                                                              {title, typed.title},
                                                                              {summary, typed.summary},
                                                                              {body, typed.body},
                                                                              {due, typed.due},
                                                                              {publish_day, typed.publish_day},
                                                                              {publish_time, typed.publish_time},
                                                                              {reply, typed.reply},
                                                                              {reply_form, typed.reply_form},
                                                                              {reason, typed.reason},
                                                                              {answer_to, typed.answer_to},
                                                                              {"once", typed.once}})
    if (!value.empty()) fields.emplace_back(name, value);
  for (const auto& [name, set] :
       std::initializer_list<std::pair<std::string_view, bool>>{{must_confirm, typed.must_confirm},
                                                                {confidential, typed.confidential},
                                                                {notify, typed.notify},
                                                                {overrides, typed.overrides}})
    if (set) fields.emplace_back(name, parameter::yes);
  for (const auto& file : typed.files) {
    fields.emplace_back(kept_files, file.id.text());
    fields.emplace_back(file_words, words_of(file));
  }
  return fields;
}

inbox::NewMessage read_message(const View& view, const terms::AppId& service, TypedMessage& typed) {
  inbox::NewMessage message{.service = service, .sender_name = {}, .case_reference = typed.case_reference};
  message.language = language_of_code(typed.language).value_or(Language::nb);
  message.title = typed.title;
  message.summary = typed.summary;
  message.body = typed.body;
  for (const auto& file : typed.files) message.files.push_back(file.id);
  message.due = due_of(view, typed);
  message.publish_at = publish_of(view, typed);
  message.reply = reply_of(view, typed);
  message.must_confirm = typed.must_confirm;
  message.confidential = typed.confidential;
  message.notify = typed.notify;
  message.notify = message.is_told();
  message.ignore_reservation = message.notify && typed.overrides;
  if (message.ignore_reservation) message.override_reason = typed.reason;
  if (!typed.answer_to.empty()) message.reply_to = inbox::MessageId::parse(typed.answer_to);
  if (typed.title.empty()) typed.errors[message_field::title] = view.t("sending.error.title");
  if (typed.body.empty()) typed.errors[message_field::body] = view.t("sending.error.body");
  if (message.ignore_reservation && typed.reason.empty())
    typed.errors[message_field::reason] = view.t("sending.error.reason");
  return message;
}

namespace {

// Where it is mended; "" for what the page does not ask for.
std::string_view field_of(inbox::MessagePart part) {
  using enum inbox::MessagePart;
  switch (part) {
    case title: return message_field::title;
    case summary: return message_field::summary;
    case body: return message_field::body;
    case case_reference: return message_field::case_reference;
    case files: return message_field::files;
    case due: return message_field::due;
    case publish_at: return message_field::publish_day;
    case override_reason: return message_field::reason;
    case reply: return message_field::reply_form;
    case recipients: return message_field::recipients;
    case sender_name:
    case reply_to: break;
  }
  return {};
}

}  // namespace

void blame_message(const View& view, const std::vector<inbox::MessageFault>& faults, TypedMessage& typed) {
  for (const auto& fault : faults) {
    if (const auto field = field_of(fault.part); !field.empty())
      typed.errors.try_emplace(field, view.explain(fault.error));
    else
      typed.error = view.explain(fault.error);
  }
}

void blame_message(const View& view, const base::Error& error, TypedMessage& typed) {
  const auto words = view.explain(error);
  const auto last = std::string_view(error.code).substr(error.code.rfind('.') + 1);
  for (const auto& [part, field] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"service", message_field::service},
                                                                            {"recipient", message_field::recipients},
                                                                            {"title", message_field::title},
                                                                            {"summary", message_field::summary},
                                                                            {"body", message_field::body},
                                                                            {"case", message_field::case_reference},
                                                                            {"file", message_field::files},
                                                                            {"form", message_field::reply_form},
                                                                            {"reply", message_field::reply_form},
                                                                            {"due", message_field::due},
                                                                            {"publish", message_field::publish_day},
                                                                            {"override", message_field::reason},
                                                                            {"reason", message_field::reason}}) {
    if (last.find(part) == std::string_view::npos) continue;
    typed.errors.try_emplace(field, words);
    return;
  }
  typed.error = words;
}

Html message_form(MessageSendingView& view, const SendingStaff& staff, const std::vector<terms::AppId>& services,
                  const std::string& answers, const TypedMessage& typed) {
  Html content;
  if (typed.restored)
    content +=
        restored_notice(ui::alert({.color = ui::Color::warning,
                                   .title = view.t("sending.restored"),
                                   .body = typed.files_lost ? ui::paragraph(view.t("form.restored_files")) : Html()}));
  std::vector<ui::FieldError> faults;
  for (const auto field : field_order)
    if (const auto found = typed.errors.find(field); found != typed.errors.end())
      faults.push_back({ui::field_id(field), found->second});
  if (!faults.empty()) content += ui::error_summary(view.t("form.errors"), faults);
  if (!typed.recipient_errors.empty()) {
    std::vector<Html> lines;
    for (const auto& one : typed.recipient_errors) lines.push_back(text(one));
    content += ui::alert({.color = ui::Color::danger, .title = view.t("sending.faults"), .body = ui::list(lines)});
  }
  if (!typed.error.empty()) content += ui::alert({.color = ui::Color::danger, .title = typed.error, .urgent = true});
  auto form = view.kept_form(staff.addresses().write());
  form.multipart = true;
  form.again = again_by(WritingAct::change);
  form.typed = typed.has_words();
  form.hidden.emplace_back("once", typed.once);
  if (!typed.answer_to.empty()) form.hidden.emplace_back(message_field::answer_to, typed.answer_to);
  for (const auto& file : typed.files) form.hidden.emplace_back(message_field::file_words, words_of(file));
  const ui::Button look{.label = view.t("sending.preview"),
                        .name = std::string(message_field::act),
                        .value = std::string(to_text(WritingAct::preview))};
  form.enter = look;
  auto reference = line_field(view, message_field::case_reference, "sending.case", typed.case_reference, typed);
  reference.marker = view.t("form.marker.optional");
  reference.width = 30;
  return content +
         ui::post_form(
             form,
             service_field(view, services, typed) + recipients_fields(view, answers, typed) +
                 ui::fieldset(view.t("sending.content"), content_fields(view, typed) + ui::text_field(reference)) +
                 files_fields(view, typed) +
                 ui::fieldset(view.t("sending.answering"),
                              reply_fields(view, staff, typed) + time_fields(view, typed)) +
                 notice_fields(view, typed) +
                 ui::button_row(ui::button(look) +
                                ui::button_link(view.t("cancel"), staff.addresses().page(), ui::Variant::secondary)));
}

}  // namespace alting::portal
