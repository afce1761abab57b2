// alting test certificate, alting doctor --certificate: certificates of the test authority, and a look at a real one.
#pragma once
#include <string>

#include "main/admin.h"
#include "main/command_list.h"

namespace alting::main {

// {"command": "test-certificate", "org": number, "out": folder, "profile": "seid2" or "seid1", "fault": which or ""}
// writes certificate.pem (with the authority's), key.pem and root.pem; with "revoke": a serial number, revokes that.
[[nodiscard]] base::Status test_certificate(Installation& installation, const base::Json& command,
                                            const PrintLine& print);
// {"command": "check-certificate", "pem": text}: each step of the check in words; an Error when one fails.
[[nodiscard]] base::Status check_certificate(Installation& installation, const base::Json& command,
                                             const PrintLine& print);

// The exit status of `alting doctor --certificate FILE`.
[[nodiscard]] int doctor_of_certificate(const Where& where, const std::string& file);

}  // namespace alting::main
