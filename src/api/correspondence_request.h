// What a call asks to be sent, as Altinn's interface writes it: JSON, or the fields of a form with files.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inbox/message_sending.h"
#include "web/http.h"

namespace alting::api {

struct AskedFault {
  std::string pointer;  // where in the request, as RFC 6901 in a fragment
  base::Error error;
};
struct AskedCorrespondence {
  inbox::NewMessage message;  // with the files of existingAttachments
  std::vector<inbox::Recipient> recipients;
  std::string idempotent_key;                // "": none
  std::vector<std::string> announced_files;  // names in content.attachments, which must come along
  std::vector<AskedFault> faults;            // for which nothing is sent
};
// `body` is as the schema InitializeCorrespondences says. `consumer`: the organisation number of who calls. Error:
// correspondence.error.resource; among the faults .sender (another than who calls) and .reply.
[[nodiscard]] base::Result<AskedCorrespondence> read_correspondence(const base::Json& body, std::string_view consumer);

// "app_dat_brev", also with "urn:altinn:resource:" before it; and back.
[[nodiscard]] std::optional<terms::AppId> service_of_resource(std::string_view resource);
[[nodiscard]] std::string resource_of(const terms::AppId& service);
// "urn:altinn:organization:identifier-no:974761467", "0192:974761467", a number alone; persons likewise;
// "urn:altinn:party:uuid:...". What is none of these names nobody, which sending refuses.
[[nodiscard]] inbox::Recipient recipient_from(std::string_view text);
[[nodiscard]] base::Status check_sender(std::string_view sender, std::string_view consumer);

// The fields "Correspondence.Content.MessageTitle", "Recipients[0]", ... as the JSON that they stand for. An empty one is
// as none. Error: correspondence.error.field, with its name.
[[nodiscard]] base::Result<base::Json> correspondence_from_fields(const web::Request& request);

}  // namespace alting::api
