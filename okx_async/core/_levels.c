/* One side of an order book in flat arrays: the compiled twin of okx_async/core/ladder.py.
 *
 * `apply` takes the JSON text of a list of rows, [["price","size",...],...], as it stands in the frame. The exchange's
 * own texts are kept, because the checksum is over them. A double gives the order; where doubles are equal and texts
 * are not, the exact decimal values decide. tests/core/test_ladder.py holds both twins against one naive model.
 *
 * Levels stand worst first: most changes happen near the best price, at the end, where little has to move. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <string.h>

/* Up to 15 characters in place and their number in the last byte; anything longer on the heap. */
typedef union {
    struct {
        char text[15];
        uint8_t length;
    };
    struct {
        char *heap;
        uint32_t heap_length;
    };
} Text;

enum { INLINE = 15, ON_HEAP = 0xFF };

typedef struct {
    Text price, size;
} Level;

typedef struct {
    PyObject_HEAD
    double sign;
    Py_ssize_t count, room;
    double *keys; /* ascending; the best level is the last one */
    Level *levels;
} Ladder;

typedef struct {
    const char *at;
    Py_ssize_t length;
} Span;

/* -- texts */

static inline Span text_span(const Text *text)
{
    if (text->length == ON_HEAP)
        return (Span){text->heap, text->heap_length};
    return (Span){text->text, text->length};
}

static inline void text_free(Text *text)
{
    if (text->length == ON_HEAP)
        PyMem_Free(text->heap);
}

/* Write a span into a cell that owns nothing yet. */
static inline int text_init(Text *text, Span span)
{
    if (span.length <= INLINE) {
        memcpy(text->text, span.at, span.length);
        text->length = (uint8_t)span.length;
        return 0;
    }
    char *heap = PyMem_Malloc(span.length);
    if (heap == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(heap, span.at, span.length);
    text->heap = heap;
    text->heap_length = (uint32_t)span.length;
    text->length = ON_HEAP;
    return 0;
}

static inline int text_replace(Text *text, Span span)
{
    Text old = *text;
    if (text_init(text, span) < 0) {
        *text = old;
        return -1;
    }
    text_free(&old);
    return 0;
}

static inline int text_is(const Text *text, Span span)
{
    Span mine = text_span(text);
    return mine.length == span.length && memcmp(mine.at, span.at, span.length) == 0;
}

static PyObject *span_str(Span span)
{
    return PyUnicode_DecodeASCII(span.at, span.length, NULL);
}

/* -- numbers */

static const double TENS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Read a plain decimal; the slow road (exponents, many digits) is Python's own. -1 with an exception when it is none. */
static int read_number(Span span, double *value)
{
    const char *at = span.at, *end = span.at + span.length;
    uint64_t digits = 0;
    int seen = 0, behind = 0, point = 0;
    int negative = at < end && *at == '-';
    for (at += negative; at < end; at++) {
        if (*at >= '0' && *at <= '9') {
            digits = digits * 10 + (uint64_t)(*at - '0');
            seen++;
            behind += point;
        }
        else if (*at == '.' && !point)
            point = 1;
        else
            break;
        if (seen > 18)
            break;
    }
    /* Both operands are exact, so one division rounds correctly: the double Python's float() gives. */
    if (at == end && seen && digits < (UINT64_C(1) << 53)) {
        double number = (double)digits / TENS[behind];
        *value = negative ? -number : number;
        return 0;
    }
    char small[64];
    char *text = span.length < (Py_ssize_t)sizeof(small) ? small : PyMem_Malloc(span.length + 1);
    if (text == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(text, span.at, span.length);
    text[span.length] = 0;
    *value = PyOS_string_to_double(text, NULL, PyExc_OverflowError);
    if (text != small)
        PyMem_Free(text);
    return *value == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* Compare two prices exactly through decimal.Decimal; only for texts that differ while their doubles do not. */
static int compare_exact(Span one, Span two, int *order)
{
    int done = -1;
    PyObject *a = NULL, *b = NULL, *module = PyImport_ImportModule("decimal");
    PyObject *type = module ? PyObject_GetAttrString(module, "Decimal") : NULL;
    if (type && (a = PyObject_CallFunction(type, "s#", one.at, one.length)) &&
        (b = PyObject_CallFunction(type, "s#", two.at, two.length))) {
        int equal = PyObject_RichCompareBool(a, b, Py_EQ);
        int less = equal == 0 ? PyObject_RichCompareBool(a, b, Py_LT) : 0;
        if (equal >= 0 && less >= 0) {
            *order = equal ? 0 : less ? -1 : 1;
            done = 0;
        }
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(type);
    Py_XDECREF(module);
    return done;
}

/* -- levels */

/* The first place whose key is not below `key`. The search begins at the best level and widens its steps. */
static inline Py_ssize_t find(const Ladder *self, double key)
{
    const double *keys = self->keys;
    Py_ssize_t high = self->count, step = 8, low = high - step;
    while (low > 0 && keys[low] >= key) {
        high = low;
        step *= 2;
        low -= step;
    }
    if (low < 0)
        low = 0;
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int grow(Ladder *self)
{
    Py_ssize_t room = self->room ? self->room * 2 : 64;
    double *keys = PyMem_Realloc(self->keys, room * sizeof(double));
    if (keys == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->keys = keys;
    Level *levels = PyMem_Realloc(self->levels, room * sizeof(Level));
    if (levels == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->levels = levels;
    self->room = room;
    return 0;
}

static int insert(Ladder *self, Py_ssize_t at, double key, Span price, Span size)
{
    Level level;
    if (self->count == self->room && grow(self) < 0)
        return -1;
    if (text_init(&level.price, price) < 0)
        return -1;
    if (text_init(&level.size, size) < 0) {
        text_free(&level.price);
        return -1;
    }
    Py_ssize_t behind = self->count - at;
    memmove(self->keys + at + 1, self->keys + at, behind * sizeof(double));
    memmove(self->levels + at + 1, self->levels + at, behind * sizeof(Level));
    self->keys[at] = key;
    self->levels[at] = level;
    self->count++;
    return 0;
}

/* Remove `number` levels from `at` on. */
static void cut(Ladder *self, Py_ssize_t at, Py_ssize_t number)
{
    Py_ssize_t behind = self->count - at - number;
    if (number == 0)
        return;
    for (Py_ssize_t i = at; i < at + number; i++) {
        text_free(&self->levels[i].price);
        text_free(&self->levels[i].size);
    }
    memmove(self->keys + at, self->keys + at + number, behind * sizeof(double));
    memmove(self->levels + at, self->levels + at + number, behind * sizeof(Level));
    self->count -= number;
}

/* Find a price among equal keys from `*at` on. 1: there, 0: not there and `*at` is where it belongs, -1: exception. */
static int same_price(const Ladder *self, Span price, double key, Py_ssize_t *at)
{
    for (; *at < self->count && self->keys[*at] == key; ++*at) {
        const Text *other = &self->levels[*at].price;
        int order;
        if (text_is(other, price))
            return 1;
        if (compare_exact(text_span(other), price, &order) < 0)
            return -1;
        if (order == 0)
            return 1;
        if ((self->sign > 0 ? -order : order) > 0)
            return 0;
    }
    return 0;
}

/* Apply one absolute size: zero removes the price, anything else inserts or replaces it. */
static int change(Ladder *self, Span price, Span size)
{
    double key, left;
    if (read_number(price, &key) < 0 || read_number(size, &left) < 0)
        return -1;
    key *= -self->sign; /* the best level last: asks descend, bids ascend */
    Py_ssize_t at = find(self, key);
    int known = at < self->count && self->keys[at] == key;
    if (known && !text_is(&self->levels[at].price, price)) {
        known = same_price(self, price, key, &at);
        if (known < 0)
            return -1;
    }
    if (left == 0.0) {
        if (known)
            cut(self, at, 1);
        return 0;
    }
    if (!known)
        return insert(self, at, key, price, size);
    /* The same price in another spelling ("0.70", "0.7") is one level, and the newest text counts. */
    if (!text_is(&self->levels[at].price, price) && text_replace(&self->levels[at].price, price) < 0)
        return -1;
    return text_replace(&self->levels[at].size, size);
}

/* -- JSON rows */

static inline const char *blank(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* Read one number, quoted or bare. Returns what is behind it, NULL when there is none. */
static inline const char *column(const char *at, const char *end, Span *span)
{
    at = blank(at, end);
    int quoted = at < end && *at == '"';
    at += quoted;
    span->at = at;
    int digit = 0;
    for (; at < end; at++) {
        char c = *at;
        if (c >= '0' && c <= '9')
            digit = 1;
        else if (c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E')
            break;
    }
    span->length = at - span->at;
    if (!digit || (quoted && (at == end || *at != '"')))
        return NULL;
    return blank(at + quoted, end);
}

/* Skip the columns behind price and size. Returns the row's closing bracket, NULL when there is none. */
static inline const char *row_end(const char *at, const char *end)
{
    while (at < end && *at != ']') {
        if (*at == '[' || *at == '{')
            return NULL;
        if (*at++ == '"') {
            while (at < end && *at != '"')
                at += *at == '\\' ? 2 : 1;
            at++;
        }
    }
    return at < end ? at : NULL;
}

/* Apply all rows. Returns their number, -1 with an exception (the ladder is then half changed). */
static Py_ssize_t apply_rows(Ladder *self, const char *at, const char *end)
{
    Py_ssize_t rows = 0;
    at = blank(at, end);
    if (at == end)
        return 0;
    if (*at++ != '[')
        goto strange;
    at = blank(at, end);
    if (at < end && *at == ']')
        return 0;
    for (;;) {
        Span price, size;
        if (at == end || *at++ != '[')
            goto strange;
        at = column(at, end, &price);
        if (at == NULL || at >= end || *at++ != ',')
            goto strange;
        at = column(at, end, &size);
        if (at == NULL || (at = row_end(at, end)) == NULL)
            goto strange;
        if (change(self, price, size) < 0)
            return -1;
        rows++;
        at = blank(at + 1, end);
        if (at < end && *at == ']')
            return rows;
        if (at == end || *at++ != ',')
            goto strange;
        at = blank(at, end);
    }
strange:
    PyErr_Format(PyExc_ValueError, "row %zd is not a price and a size", rows);
    return -1;
}

/* -- the type */

static int Ladder_init(Ladder *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"sign", NULL};
    return PyArg_ParseTupleAndKeywords(args, kwargs, "d", names, &self->sign) ? 0 : -1;
}

static void Ladder_dealloc(Ladder *self)
{
    PyTypeObject *type = Py_TYPE(self);
    cut(self, 0, self->count);
    PyMem_Free(self->keys);
    PyMem_Free(self->levels);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static void forget_beyond(Ladder *self, Py_ssize_t depth)
{
    if (self->count > depth)
        cut(self, 0, self->count - depth);
}

PyDoc_STRVAR(apply_doc, "apply($self, changes, depth, /)\n--\n\n"
                        "Apply the JSON text of a list of rows, then keep the best ``depth`` levels.");

static PyObject *Ladder_apply(Ladder *self, PyObject *const *args, Py_ssize_t number)
{
    Py_buffer view;
    if (number != 2) {
        PyErr_SetString(PyExc_TypeError, "apply() takes the rows and the depth");
        return NULL;
    }
    Py_ssize_t depth = PyLong_AsSsize_t(args[1]);
    if (depth == -1 && PyErr_Occurred())
        return NULL;
    if (PyObject_GetBuffer(args[0], &view, PyBUF_SIMPLE) < 0)
        return NULL;
    const char *text = view.buf;
    Py_ssize_t rows = apply_rows(self, text, text + view.len);
    PyBuffer_Release(&view);
    if (rows < 0)
        return NULL;
    forget_beyond(self, depth);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(clear_doc, "clear($self, /)\n--\n\nRemove every level.");

static PyObject *Ladder_clear(Ladder *self, PyObject *Py_UNUSED(ignored))
{
    cut(self, 0, self->count);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(top_doc, "top($self, n=None, /)\n--\n\n"
                      "Return the ``n`` best rows (all without ``n``), price and size as the exchange's texts.");

static PyObject *Ladder_top(Ladder *self, PyObject *const *args, Py_ssize_t number)
{
    Py_ssize_t n = self->count;
    if (number > 0 && args[0] != Py_None) {
        Py_ssize_t wanted = PyLong_AsSsize_t(args[0]);
        if (wanted == -1 && PyErr_Occurred())
            return NULL;
        n = wanted < 0 ? 0 : wanted < n ? wanted : n;
    }
    PyObject *rows = PyList_New(n);
    for (Py_ssize_t i = 0; rows && i < n; i++) {
        const Level *level = &self->levels[self->count - 1 - i];
        PyObject *row = PyTuple_New(2), *price = span_str(text_span(&level->price)),
                 *size = span_str(text_span(&level->size));
        if (row == NULL || price == NULL || size == NULL) {
            Py_XDECREF(row);
            Py_XDECREF(price);
            Py_XDECREF(size);
            Py_CLEAR(rows);
            break;
        }
        PyTuple_SET_ITEM(row, 0, price);
        PyTuple_SET_ITEM(row, 1, size);
        PyList_SET_ITEM(rows, i, row);
    }
    return rows;
}

static Py_ssize_t Ladder_length(Ladder *self)
{
    return self->count;
}

static PyMethodDef Ladder_methods[] = {
    {"apply", (PyCFunction)(void (*)(void))Ladder_apply, METH_FASTCALL, apply_doc},
    {"clear", (PyCFunction)Ladder_clear, METH_NOARGS, clear_doc},
    {"top", (PyCFunction)(void (*)(void))Ladder_top, METH_FASTCALL, top_doc},
    {NULL},
};

PyDoc_STRVAR(Ladder_doc, "Ladder(sign)\n--\n\n"
                         "The levels of one side, best first; ``sign`` is 1.0 for asks and -1.0 for bids.");

static PyType_Slot Ladder_slots[] = {
    {Py_tp_doc, (void *)Ladder_doc},         {Py_tp_init, Ladder_init},       {Py_tp_new, PyType_GenericNew},
    {Py_tp_dealloc, Ladder_dealloc},         {Py_tp_methods, Ladder_methods}, {Py_sq_length, Ladder_length},
    {0, NULL},
};

static PyType_Spec Ladder_spec = {
    .name = "okx_async.core._levels.Ladder",
    .basicsize = sizeof(Ladder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = Ladder_slots,
};

/* -- the checksum's text */

static char *write_level(char *out, const Level *level)
{
    Span price = text_span(&level->price), size = text_span(&level->size);
    memcpy(out, price.at, price.length);
    out += price.length;
    *out++ = ':';
    memcpy(out, size.at, size.length);
    out += size.length;
    *out++ = ':';
    return out;
}

static Py_ssize_t level_length(const Level *level)
{
    return text_span(&level->price).length + text_span(&level->size).length + 2;
}

PyDoc_STRVAR(joined_doc, "joined($module, bids, asks, levels, /)\n--\n\n"
                         "Return what the checksum is over: bid price, bid size, ask price, ask size, level by level,"
                         " joined by ':'.");

static PyObject *joined(PyObject *module, PyObject *const *args, Py_ssize_t number)
{
    PyTypeObject *type = *(PyTypeObject **)PyModule_GetState(module);
    if (number != 3 || !PyObject_TypeCheck(args[0], type) || !PyObject_TypeCheck(args[1], type)) {
        PyErr_SetString(PyExc_TypeError, "joined() takes two ladders and a number of levels");
        return NULL;
    }
    Ladder *sides[2] = {(Ladder *)args[0], (Ladder *)args[1]};
    Py_ssize_t levels = PyLong_AsSsize_t(args[2]), length = 0;
    if (levels == -1 && PyErr_Occurred())
        return NULL;
    for (int side = 0; side < 2; side++)
        for (Py_ssize_t i = 1; i <= levels && i <= sides[side]->count; i++)
            length += level_length(&sides[side]->levels[sides[side]->count - i]);
    PyObject *whole = PyBytes_FromStringAndSize(NULL, length ? length - 1 : 0);
    if (whole == NULL || length == 0)
        return whole;
    /* The last ':' lands on the byte that ends every bytes object, and is put right behind the loop. */
    char *out = PyBytes_AS_STRING(whole);
    for (Py_ssize_t i = 1; i <= levels; i++)
        for (int side = 0; side < 2; side++)
            if (i <= sides[side]->count)
                out = write_level(out, &sides[side]->levels[sides[side]->count - i]);
    out[-1] = 0;
    return whole;
}

static PyMethodDef functions[] = {
    {"joined", (PyCFunction)(void (*)(void))joined, METH_FASTCALL, joined_doc},
    {NULL},
};

static int ready(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &Ladder_spec, NULL);
    if (type == NULL)
        return -1;
    *(PyObject **)PyModule_GetState(module) = type;
    return PyModule_AddObjectRef(module, "Ladder", type);
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    PyObject **state = PyModule_GetState(module);
    if (state)
        Py_VISIT(*state);
    return 0;
}

static int forget(PyObject *module)
{
    PyObject **state = PyModule_GetState(module);
    if (state)
        Py_CLEAR(*state);
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, ready}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "okx_async.core._levels",
    .m_doc = "The compiled twin of okx_async.core.ladder.",
    .m_size = sizeof(PyObject *),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = forget,
};

PyMODINIT_FUNC PyInit__levels(void)
{
    return PyModuleDef_Init(&definition);
}
