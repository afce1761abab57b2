// The log's public face, for anyone who wants to follow it: C2SP tlog-tiles below /log/.
#pragma once
#include "ledger/ledger.h"
#include "web/router.h"

namespace alting::api {

void add_log_routes(web::Router& router, ledger::Ledger& ledger);

}  // namespace alting::api
