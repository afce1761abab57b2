// Where one answers a message with a message.
#include "base/size.h"
#include "base/typed_text.h"
#include "portal/form_uploads.h"
#include "portal/message_view.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using inbox::Message;

namespace {

constexpr std::string_view answer_field = "tekst", answer_files_field = "vedlegg", staged_field = "lagt-ved",
                           answer_act_field = "gjor", answer_again = "endre";
constexpr std::string_view answer_form_id = "answer-form";

// What came with an earlier post of this page, and was not sent: "<id> <name>".
struct AttachedFile {
  inbox::FileId id;
  std::string name;
  [[nodiscard]] std::string posted() const { return id.text() + " " + name; }
};

struct TypedAnswer {
  std::string text, text_error, files_error;
  std::vector<AttachedFile> files;
  bool restored = false, files_lost = false;  // it was posted when the session was over
  std::string once = {};                      // from the first page of this answer to its last
};

TypedAnswer typed_answer(const Request& request) {
  TypedAnswer typed{.text = base::clean_lines(request.form_value(answer_field))};
  for (const auto posted : request.form_values(staged_field)) {
    const auto blank = posted.find(' ');
    if (typed.files.size() == inbox::max_answer_files || blank == std::string_view::npos) continue;
    if (const auto id = inbox::FileId::parse(posted.substr(0, blank)))
      typed.files.push_back({*id, base::clean_line(posted.substr(blank + 1))});
  }
  typed.files_lost = !request.form_value(View::files_field).empty();
  typed.once = request.form_value("once");
  return typed;
}

std::string endings_of_answers() {
  std::string all;
  for (const auto& ending : inbox::StagedFiles::endings()) all += (all.empty() ? "" : ", ") + ending;
  return all;
}

Html attached_files(const View& view, const TypedAnswer& typed) {
  if (typed.files.empty()) return {};
  ui::CheckboxGroup group;
  group.name = staged_field;
  group.label = view.t("mailbox.answer.attached");
  for (const auto& file : typed.files) {
    group.values.push_back(file.posted());
    group.options.push_back({.value = file.posted(), .label = file.name});
  }
  return ui::checkbox_group(group);
}

Html fields_of_answer(const View& view, const TypedAnswer& typed) {
  ui::TextArea words;
  words.name = answer_field;
  words.label = view.t("mailbox.answer.text");
  words.value = typed.text;
  words.rows = 8;
  words.required = true;
  words.error = typed.text_error;
  ui::FileField files;
  files.name = answer_files_field;
  files.label = view.t("mailbox.answer.files");
  files.marker = view.t("form.marker.optional");
  files.description =
      view.t("mailbox.answer.files.help", {{"endings", endings_of_answers()},
                                           {"size", base::size_in_words(inbox::largest_message_file, view.language)},
                                           {"count", std::to_string(inbox::max_answer_files)}});
  files.accept = inbox::StagedFiles::endings();
  files.multiple = true;
  files.largest = inbox::largest_message_file;
  files.large_text =
      view.t("upload.chosen_too_large", {{"size", base::size_in_words(inbox::largest_message_file, view.language)}});
  files.error = typed.files_error;
  return ui::text_area(words) + attached_files(view, typed) + ui::file_field(files);
}

Response show_answer_page(MessageView& view, const Message& message, const TypedAnswer& typed) {
  const auto at = message_addresses(view, message.place.id);
  const auto title = view.t("mailbox.answer.title");
  std::vector<ui::FieldError> errors;
  if (!typed.text_error.empty()) errors.push_back({ui::field_id(answer_field), typed.text_error});
  if (!typed.files_error.empty()) errors.push_back({ui::field_id(answer_files_field), typed.files_error});
  Html content = ui::heading(1, title);
  content += ui::ingress(view.t("mailbox.answer.ingress", {{"sender", message.sender_name}, {"title", message.title}}));
  if (!errors.empty()) content += ui::error_summary(view.t("form.errors"), errors);
  if (typed.restored)
    content +=
        restored_notice(ui::alert({.color = ui::Color::warning,
                                   .title = view.t("mailbox.answer.restored"),
                                   .body = typed.files_lost ? ui::paragraph(view.t("form.restored_files")) : Html()}));
  auto form = view.kept_form(at.answer());
  form.hidden.emplace_back("once", base::Uuid::parse(typed.once) ? typed.once : view.new_post_id());
  form.again = {std::string(answer_act_field), std::string(answer_again)};
  form.typed = !typed.text.empty() || !typed.files.empty();
  form.id = answer_form_id;
  form.multipart = true;
  content +=
      ui::post_form(form, fields_of_answer(view, typed) +
                              ui::button_row(ui::button(view.t("mailbox.answer.send")) +
                                             ui::button_link(view.t("cancel"), at.page(), ui::Variant::secondary)));
  return view.show({.title = title,
                    .crumbs = message_crumbs(view, message, title),
                    .with_error = !errors.empty(),
                    .status = errors.empty() ? 200 : 422},
                   content);
}

// The message as who may answer it sees it.
base::Result<Message> message_to_answer(const MessageView& view) {
  ALTING_TRY(allowed, allow_here(view, terms::Action::read));
  ALTING_TRY(message, view.uses.messages.open(allowed.permit, allowed.place.id, view.request.received));
  if (message.reply.kind != inbox::ReplyWay::Kind::message)
    return base::make_error(ErrorKind::unprocessable, "messages.error.no_answer", "the sender takes no message back");
  return message;
}

// Looks at what came along, and puts it with what was there; what is wrong with each that is not taken.
std::string stage_uploads(const MessageView& view, const AllowedMessage& allowed, TypedAnswer& typed) {
  std::string faults;
  const auto refuse = [&](const web::Upload& upload, const base::Error& error) {
    if (!faults.empty()) faults += ' ';
    faults += view.t("upload.refused", {{"name", upload.file_name}, {"reason", view.explain(error)}});
  };
  for (const auto& upload : view.request.uploads) {
    if (upload.field != answer_files_field || upload.file_name.empty()) continue;
    if (upload.too_large) {
      refuse(upload, base::make_error(ErrorKind::too_large, "error.upload.too_large", "a file is too large"));
      continue;
    }
    if (typed.files.size() == inbox::max_answer_files) {
      refuse(upload, base::make_error(ErrorKind::too_many, "messages.error.too_many_files", "too many files",
                                      {{"count", std::to_string(inbox::max_answer_files)}}));
      continue;
    }
    const auto staged = view.uses.messages.stage_file(allowed.permit, allowed.place.id,
                                                      {.file_name = upload.file_name,
                                                       .file = upload.path,
                                                       .size = upload.size,
                                                       .still_wanted = view.request.still_wanted});
    if (staged)
      typed.files.push_back({staged->id, staged->file_name});
    else
      refuse(upload, staged.error());
  }
  return faults;
}

// What one can mend on the page; the rest is no fault of what was typed.
bool is_about_words(const base::Error& error) {
  return error.code == "messages.error.no_body" || error.code == "messages.error.body_long" ||
         error.code == "messages.error.signs";
}
bool is_about_files(const base::Error& error) {
  return error.code == "messages.error.file_gone" || error.code == "messages.error.too_many_files";
}

}  // namespace

Response answer_page(MessageView& view) {
  const auto message = message_to_answer(view);
  if (!message) return view.fail(message.error());
  const auto kept = view.take_kept();
  auto typed = kept ? typed_answer(*kept) : TypedAnswer{};
  typed.restored = kept.has_value();
  return show_answer_page(view, *message, typed);
}

Response post_answer(MessageView& view) {
  const auto allowed = allow_here(view, terms::Action::complete);
  if (!allowed) return view.fail(allowed.error());
  const auto message = message_to_answer(view);  // who answers has read
  if (!message) return view.fail(message.error());
  auto typed = typed_answer(view.request);
  const auto shown = [&] { return show_answer_page(view, *message, typed); };
  typed.files_error = stage_uploads(view, *allowed, typed);
  if (view.request.form_value(answer_act_field) == answer_again) return shown();
  if (!typed.files_error.empty()) {
    if (typed.text.empty())
      typed.text_error = view.explain(base::make_error(ErrorKind::invalid, "messages.error.no_body", "no text"));
    return shown();
  }
  std::vector<inbox::FileId> files;
  for (const auto& file : typed.files) files.push_back(file.id);
  const auto done = view.uses.messages.answer(allowed->permit, allowed->place.id, typed.text, files,
                                              view.request.received, view.request.form_value("once"));
  if (done) {
    const auto at = message_addresses(view, allowed->place.id);
    view.forget_kept(at.answer());
    return web::redirect(view.after_post(at.page()));
  }
  if (is_about_words(done.error()))
    typed.text_error = view.explain(done.error());
  else if (is_about_files(done.error()))
    typed.files_error = view.explain(done.error());
  else if (done.error().code == "error.once.other_act")
    typed.text_error = view.t("mailbox.answer.sent_before");
  else
    return view.fail(done.error());
  if (!typed.files_error.empty()) typed.files.clear();
  if (done.error().code == "error.once.other_act") typed.once.clear();
  return shown();
}

web::RouteLimits answer_limits() {
  auto limits = limits_with_files();
  limits.upload = inbox::largest_message_file;
  limits.uploads = 2 * inbox::max_answer_files;  // of more than are taken one is told on the page
  limits.tell_large = true;
  limits.upload_total = inbox::max_files_octets;
  return limits;
}

}  // namespace alting::portal
