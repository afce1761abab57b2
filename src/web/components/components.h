// All components; what they look like is in examples.h.
#pragma once
#include "web/components/actions.h"     // IWYU pragma: export
#include "web/components/content.h"     // IWYU pragma: export
#include "web/components/feedback.h"    // IWYU pragma: export
#include "web/components/fields.h"      // IWYU pragma: export
#include "web/components/layout.h"      // IWYU pragma: export
#include "web/components/long_words.h"  // IWYU pragma: export
