// Whether what a call brings is what the table says of its endpoint.
#pragma once
#include <string>

#include "api/endpoint.h"

namespace alting::api {

// "" when the endpoint's words are such as can be checked and served; otherwise what is wrong with them, in English, for
// those who write it.
[[nodiscard]] std::string fault_of_endpoint(const Endpoint& endpoint, const Components& components);

// `not_found` (error.api.place) when a place of the path is not as its schema says: there is nothing at such an address.
[[nodiscard]] base::Status check_places(const web::Request& request, const Endpoint& endpoint,
                                        const Components& components);
// `invalid`, with the parameter's name: error.api.query.unknown, .repeated, .missing, .value (with the rule it breaks).
[[nodiscard]] base::Status check_query(const web::Request& request, const Endpoint& endpoint,
                                       const Components& components);
// `invalid`: error.api.header.value, for one that the endpoint speaks of.
[[nodiscard]] base::Status check_headers(const web::Request& request, const Endpoint& endpoint,
                                         const Components& components);
// The body as JSON, not yet checked against its schema: error.api.content.type, error.api.content.other_type (415),
// error.api.content.json. Null for a file.
[[nodiscard]] base::Result<base::Json> read_body(const web::Request& request, const Body& body);

}  // namespace alting::api
