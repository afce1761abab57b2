// What was sent, as Altinn's storage writes it: Instance, DataElement, InstanceEvent, Application. Names are Altinn's,
// its frozen misspellings too ("Submited").
//
// Data elements of an instance are its attachments, under their own ids, and what is made of the submission:
//   - of a notice the answers in the form's data model, under the model's data type (application/json);
//   - the document exactly as it was sent ("ref-data-as-sent", docs/submission-format.md), whose SHA-256 the receipt has;
//   - the same on paper ("ref-data-as-pdf"), as long as the form is there.
// The ids of these follow from the instance's and never change. What is made when it is asked for has no `size`.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "forms/app.h"
#include "instances/agency_machine.h"

namespace alting::api {

inline constexpr std::string_view storage_base = "/storage/api/v1";
inline constexpr std::string_view start_event = "StartEvent_1", end_event = "EndEvent_1";
inline constexpr std::string_view type_as_sent = "ref-data-as-sent", type_as_pdf = "ref-data-as-pdf";

enum class MadeElement : std::uint8_t { answers, document, paper };
[[nodiscard]] terms::DataElementId element_id(const terms::InstanceId& instance, MadeElement made);
// Which of them an id is; nothing: an attachment's, or nobody's.
[[nodiscard]] std::optional<MadeElement> made_element(const terms::InstanceId& instance,
                                                      const terms::DataElementId& element);

// What is said of an instance beside what it says itself.
struct InstanceContext {
  std::string_view public_url;
  std::string_view organisation_number;  // of the one it was sent for; "": a person
  const forms::App* app = nullptr;       // nullptr: the form is there no more
};
[[nodiscard]] base::Json instance_json(const instances::SentInstance& sent, const InstanceContext& context);
[[nodiscard]] base::Json elements_json(const instances::SentInstance& sent, const InstanceContext& context);
// What happened to it, the oldest first.
[[nodiscard]] base::Json events_json(const instances::SentInstance& sent);

[[nodiscard]] base::Json application_json(const forms::App& app);
[[nodiscard]] base::Json texts_json(const forms::App& app, base::Language language);

}  // namespace alting::api
