// `alting requests`: what people ask of who runs the portal about their data, and the answers. An agency does the same on its
// own page.
#pragma once
#include "main/admin.h"
#include "privacy/requests.h"

namespace alting::main {

[[nodiscard]] base::Status requests_command(Installation& installation, const base::Json& command,
                                            const PrintLine& print);

// Those that wait for an answer, a line each without what they say; answers how many.
std::size_t list_requests(Installation& installation, const PrintLine& print);
[[nodiscard]] base::Result<privacy::ControllersRequest> request_of(Installation& installation,
                                                                   const base::Json& command);
// Answers one, with what the answer does; in words what is wrong.
[[nodiscard]] base::Status answer_request(Installation& installation, const privacy::ControllersRequest& request,
                                          const privacy::RequestAnswer& answer, std::string_view by,
                                          const std::function<base::Status(store::Tx&)>& also = {});

}  // namespace alting::main
