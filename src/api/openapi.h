// The OpenAPI 3.1 document of the machine interfaces, made from the table that their routes are made from.
#pragma once
#include <string_view>

#include "api/api_table.h"

namespace alting::api {

// `public_url`: "https://portal.example"; "": addresses without a host.
[[nodiscard]] base::Json openapi(const ApiTable& table, std::string_view public_url);

}  // namespace alting::api
