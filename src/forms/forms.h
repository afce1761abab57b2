// All that other rooms use of forms.
#pragma once
#include "forms/app.h"
#include "forms/catalogue.h"
#include "forms/form_context.h"
#include "forms/page_view.h"
#include "forms/posted.h"
#include "forms/reading.h"
