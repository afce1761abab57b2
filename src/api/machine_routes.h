// The routes of the machine interfaces, made from their table, and /openapi.json from the same.
#pragma once
#include <string>

#include "api/api_table.h"
#include "api/settings.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/texts.h"
#include "base/time.h"
#include "login/callers.h"
#include "store/database.h"
#include "store/quota.h"
#include "web/router.h"

namespace alting::api {

// All of it outlives the router.
struct ApiParts {
  login::Callers& callers;
  store::Database& database;  // of the Idempotency-Keys
  store::Quotas quotas;       // the same
  const base::Texts& texts;
  base::Random& random;
  base::Metrics& metrics;
  ApiOptions options;
  std::string public_url;  // "https://portal.example"
};

// Also what fails before a handler below the interfaces' addresses (no such address, another method, content that is too
// large) becomes a problem: the router's error page must be set already, and stays for all other addresses. Throws
// std::logic_error when the table says what cannot be checked, or twice.
void add_endpoints(web::Router& router, const ApiParts& parts, ApiTable table);

}  // namespace alting::api
