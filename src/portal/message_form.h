// A message as a clerk writes it: what was typed, what is wrong with it, and the form that shows both.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "portal/message_sending_view.h"
#include "portal/typed_recipients.h"

namespace alting::portal {

namespace message_field {
inline constexpr std::string_view service = "tjeneste", recipients = "mottakere", recipient_file = "mottakerfil",
                                  case_reference = "sak", language = "sprak", title = "tittel", summary = "sammendrag",
                                  body = "tekst", files = "vedlegg", kept_files = "fil", file_words = "filnavn",
                                  due = "frist", publish_day = "tilgjengelig", publish_time = "klokkeslett",
                                  reply = "svar", reply_form = "svarskjema", must_confirm = "bekreft",
                                  confidential = "fortrolig", notify = "varsle", overrides = "overstyr",
                                  reason = "begrunnelse", answer_to = "svar-pa";
inline constexpr std::string_view act = "gjor";  // the button: what is done
}  // namespace message_field

enum class WritingAct : std::uint8_t { preview, add_files, change, send };
[[nodiscard]] std::string_view to_text(WritingAct act);
[[nodiscard]] std::pair<std::string, std::string> again_by(WritingAct act);  // ui::Form::again

inline constexpr std::int64_t largest_recipient_file = 512 * 1024;

// A file that is there already (inbox::StagedFile), with what the form says of it.
struct KeptFile {
  inbox::FileId id;
  std::int64_t size = 0;
  std::string name;
};

struct TypedMessage {
  std::string service, recipients, case_reference, language = "nb", title, summary, body, due, publish_day,
                                                   publish_time, reply = "none", reply_form, reason, answer_to;
  bool must_confirm = false, confidential = false, notify = true, overrides = false;
  std::vector<KeptFile> files;
  std::map<std::string_view, std::string> errors;  // by field
  std::string error;                               // of no field
  // The one-time id of this writing, from its first page to its last: who comes back to it and sends again has sent once.
  std::string once;
  bool restored = false, files_lost = false;  // it was posted when the session was over
  std::vector<std::string> recipient_errors;  // one for each that is wrong, as far as they are shown
  [[nodiscard]] bool has_words() const {
    return !(title.empty() && body.empty() && recipients.empty() && files.empty());
  }
  [[nodiscard]] bool is_good() const { return errors.empty() && error.empty(); }
};

[[nodiscard]] TypedMessage typed_message(const Request& request);
// All of it, as the page that asks carries it on.
[[nodiscard]] web::Fields fields_of(const TypedMessage& typed);
// What is to be sent; what cannot be read is told at its field.
[[nodiscard]] inbox::NewMessage read_message(const View& view, const terms::AppId& service, TypedMessage& typed);
// What the room says of it, at the field that it is about.
void blame_message(const View& view, const std::vector<inbox::MessageFault>& faults, TypedMessage& typed);
void blame_message(const View& view, const base::Error& error, TypedMessage& typed);

// `services`: for which they may send; `answers`: to whom this answers, "" to nobody.
[[nodiscard]] Html message_form(MessageSendingView& view, const SendingStaff& staff,
                                const std::vector<terms::AppId>& services, const std::string& answers,
                                const TypedMessage& typed);

}  // namespace alting::portal
