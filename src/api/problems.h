// What a caller is told of a refusal: RFC 9457, with our error code, in the caller's language, and for a token what
// RFC 6750 section 3 asks for.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "api/schema.h"
#include "base/texts.h"
#include "web/http.h"

namespace alting::api {

// The language of Accept-Language alone: the cookie in which a browser keeps another is not read.
[[nodiscard]] base::Language language_of(const web::Request& request);

// Of a list of recipients each that is wrong is told.
inline constexpr std::int64_t most_told_faults = 10'000;

// `faults`: what of the body breaks its schema, or is wrong in another way.
[[nodiscard]] web::Response problem(const base::Error& error, const base::Texts& texts, base::Language language,
                                    const std::vector<SchemaFault>& faults = {});

// The schema of these documents, as the OpenAPI document has it.
[[nodiscard]] base::Json problem_schema();

}  // namespace alting::api
