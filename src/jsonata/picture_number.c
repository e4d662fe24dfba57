/*
 * picture_number.c - $formatNumber: numbers written after a picture (XPath functions 3.1, 4.7).
 *
 * A picture is one sub-picture, or two of which the second is for negative numbers.  A sub-picture is
 *
 *     prefix  integer part  [ "." fractional part ]  [ "e" exponent part ]  suffix
 *
 * First each of its characters gets a kind; all rules are then about the string of kinds:
 *
 *     0 a digit   # an optional digit   . , e ; % m (per mille) the signs   x any other ("passive")
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "jsonata/decimal.h"
#include "jsonata/error.h"
#include "jsonata/picture_number.h"
#include "jsonata/text.h"
#include "miscadmin.h"

/* The options, their kinds in a picture and their defaults.  The last two are no kinds of their own. */
static const struct
{
	const char *option;
	char		kind;
	const char *sign;
}			signs[] = {
	{"decimal-separator", '.', "."}, {"grouping-separator", ',', ","}, {"exponent-separator", 'e', "e"},
	{"percent", '%', "%"}, {"per-mille", 'm', "\u2030"}, {"digit", '#', "#"}, {"pattern-separator", ';', ";"},
	{"minus-sign", '\0', "-"}, {"zero-digit", '\0', "0"}
};

enum
{
	SIGN_DECIMAL, SIGN_GROUPING, SIGN_EXPONENT, SIGN_PERCENT, SIGN_PER_MILLE, SIGN_DIGIT, SIGN_PATTERN,
	SIGN_MINUS, SIGN_ZERO
};

#define ACTIVE	"0#.,;"			/* without "e", which may also stand in a prefix or suffix */

/* A picture by its characters. */
typedef struct NumberPicture
{
	AslValue	signs[lengthof(signs)];
	pg_wchar	zero;
	const char *text;
	int			count;			/* characters */
	char	   *kinds;			/* count of them, zero-terminated */
	int		   *offsets;		/* where each begins in text; one more for the end */
} NumberPicture;

/* A range of a picture's characters. */
typedef struct PicturePart
{
	int			begin;
	int			end;
} PicturePart;

/* A sub-picture. */
typedef struct SubPicture
{
	const NumberPicture *picture;
	PicturePart whole;
	PicturePart active;			/* between prefix and suffix */
	PicturePart integer;
	PicturePart fraction;		/* empty where there is none */
	PicturePart exponent;		/* without its sign */
	bool		has_exponent;
	int			least_integers; /* how many digits to write */
	int			least_fractions;
	int			most_fractions;
	int			scale;			/* integer digits of a mantissa */
} SubPicture;

static const struct
{
	const char *code;
	const char *message;
}			errors[] = {
	{"D3081", "The sub-picture must not contain more than one instance of the 'decimal-separator' character"},
	{"D3082", "The sub-picture must not contain more than one instance of the 'percent' character"},
	{"D3083", "The sub-picture must not contain more than one instance of the 'per-mille' character"},
	{"D3084", "The sub-picture must not contain both a 'percent' and a 'per-mille' character"},
	{"D3085", "The mantissa part of a sub-picture must contain at least one character that is either an "
		"'optional digit character' or a member of the 'decimal digit family'"},
	{"D3086", "The sub-picture must not contain a passive character that is preceded by an active character and "
		"that is followed by another active character"},
	{"D3087", "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a "
		"'decimal-separator' character"},
	{"D3088", "The sub-picture must not contain a 'grouping-separator' at the end of the integer part"},
	{"D3089", "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character"},
	{"D3090", "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that "
		"is followed by an instance of the 'optional digit character'"},
	{"D3091", "The fractional part of the sub-picture must not contain an instance of the 'optional digit "
		"character' that is followed by a member of the 'decimal digit family'"},
	{"D3092", "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character "
		"treated as an 'exponent-separator'"},
	{"D3093", "The exponent part of the sub-picture must comprise only of one or more characters that are "
		"members of the 'decimal digit family'"},
};

/* The signs, from the options or by default; a zero whose family would not be ten characters of Unicode is refused. */
static bool
number_read_options(NumberPicture *picture, AslValue options, JsonataError *error)
{
	int			bytes;

	for (int i = 0; i < lengthof(signs); i++)
	{
		AslValue	option = asl_undefined();

		if (options.kind == ASL_OBJECT)
			option = asl_object_get(options, signs[i].option, strlen(signs[i].option));
		picture->signs[i] = option.kind == ASL_STRING && option.length > 0 ? option : asl_cstring(signs[i].sign);
	}
	picture->zero = asl_text_decode(picture->signs[SIGN_ZERO].u.string, &bytes);
	if (!asl_text_is_character(picture->zero) || !asl_text_is_character(picture->zero + 9) ||
		(picture->zero < 0xD800 && picture->zero + 9 >= 0xD800))
		return asl_error_set(error, "", "The 'zero-digit' must be the first of ten consecutive characters");
	return true;
}

/* The kind of what begins at text; sets *bytes to its length. */
static char
number_kind(const NumberPicture *picture, const char *text, int length, int *bytes)
{
	pg_wchar	character = asl_text_decode(text, bytes);

	if (character >= picture->zero && character <= picture->zero + 9)
		return '0';
	for (int i = 0; signs[i].kind != '\0'; i++)
	{
		AslValue	sign = picture->signs[i];

		if (sign.length <= length && memcmp(text, sign.u.string, sign.length) == 0)
		{
			*bytes = sign.length;
			return signs[i].kind;
		}
	}
	return 'x';
}

/* Gives each of the picture's characters its kind. */
static bool
number_read_picture(NumberPicture *picture, AslValue text, AslValue options, JsonataError *error)
{
	int			offset = 0;

	if (!number_read_options(picture, options, error))
		return false;
	picture->text = text.u.string;
	picture->count = 0;
	picture->kinds = palloc(text.length + 1);
	picture->offsets = palloc((text.length + 1) * sizeof(int));
	while (offset < text.length)
	{
		int			bytes;

		CHECK_FOR_INTERRUPTS();
		picture->kinds[picture->count] = number_kind(picture, text.u.string + offset, text.length - offset, &bytes);
		picture->offsets[picture->count++] = offset;
		offset += bytes;
	}
	picture->kinds[picture->count] = '\0';
	picture->offsets[picture->count] = offset;
	return true;
}

/* The first character of the part whose kind is one of kinds; the part's end where there is none. */
static int
number_find(const NumberPicture *picture, PicturePart part, const char *kinds)
{
	while (part.begin < part.end && strchr(kinds, picture->kinds[part.begin]) == NULL)
		part.begin++;
	return part.begin;
}

/* How many of the part's characters have one of these kinds? */
static int
number_count(const NumberPicture *picture, PicturePart part, const char *kinds)
{
	int			count = 0;

	for (int i = part.begin; i < part.end; i++)
		count += strchr(kinds, picture->kinds[i]) != NULL;
	return count;
}

/* Divides a sub-picture into its parts. */
static void
number_split(const NumberPicture *picture, PicturePart whole, SubPicture *sub)
{
	PicturePart active = whole;
	PicturePart mantissa;
	int			sign;

	sub->picture = picture;
	sub->whole = whole;
	if (number_count(picture, whole, ACTIVE) > 0)
	{
		active.begin = number_find(picture, whole, ACTIVE);
		while (strchr(ACTIVE, picture->kinds[active.end - 1]) == NULL)
			active.end--;
	}
	sub->active = active;

	/* An exponent sign right after the active part is one without an exponent. */
	sign = number_find(picture, (PicturePart) {active.begin, whole.end}, "e");
	sub->has_exponent = sign < whole.end && sign <= active.end;
	mantissa = active;
	sub->exponent = (PicturePart) {active.end, active.end};
	if (sub->has_exponent)
	{
		mantissa.end = sign;
		sub->exponent.begin = Min(sign + 1, active.end);
	}
	sign = number_find(picture, mantissa, ".");
	sub->integer = (PicturePart) {mantissa.begin, sign};
	sub->fraction = (PicturePart) {Min(sign + 1, mantissa.end), mantissa.end};
}

/* Is a digit before the first optional digit of the integer part? */
static bool
number_mixes_integer(const SubPicture *sub)
{
	int			optional = number_find(sub->picture, sub->integer, "#");

	return optional < sub->integer.end && number_find(sub->picture, sub->integer, "0") < optional;
}

/* Is a digit after the last optional digit of the fractional part? */
static bool
number_mixes_fraction(const SubPicture *sub)
{
	PicturePart part = sub->fraction;

	while (part.end > part.begin && sub->picture->kinds[part.end - 1] != '#')
		part.end--;
	if (part.end == part.begin)
		return false;
	return number_count(sub->picture, (PicturePart) {part.end, sub->fraction.end}, "0") > 0;
}

/* Does this text of kinds stand in the sub-picture? */
static bool
number_has_text(const SubPicture *sub, const char *kinds)
{
	const char *found = strstr(sub->picture->kinds + sub->whole.begin, kinds);

	return found != NULL && found + strlen(kinds) <= sub->picture->kinds + sub->whole.end;
}

/* Checks the rules for sub-pictures; of several broken ones the reference reports the last, and so does this. */
static bool
number_check(const SubPicture *sub, JsonataError *error)
{
	const NumberPicture *picture = sub->picture;
	int			percents = number_count(picture, sub->whole, "%");
	int			per_milles = number_count(picture, sub->whole, "m");
	int			points = number_count(picture, sub->whole, ".");
	int			exponents = sub->exponent.end - sub->exponent.begin;
	bool		broken[lengthof(errors)] = {
		points > 1,
		percents > 1,
		per_milles > 1,
		percents > 0 && per_milles > 0,
		number_count(picture, sub->integer, "0#") + number_count(picture, sub->fraction, "0#") == 0,
		number_count(picture, sub->active, "x%m") > 0,
		number_has_text(sub, ",.") || number_has_text(sub, ".,"),
		points == 0 && sub->integer.end > sub->integer.begin && picture->kinds[sub->integer.end - 1] == ',',
		number_has_text(sub, ",,"),
		number_mixes_integer(sub),
		number_mixes_fraction(sub),
		exponents > 0 && percents + per_milles > 0,
		sub->has_exponent && (exponents == 0 || number_count(picture, sub->exponent, "0") < exponents)
	};

	for (int i = lengthof(errors) - 1; i >= 0; i--)
		if (broken[i])
			return asl_error_set(error, errors[i].code, "%s", errors[i].message);
	return true;
}

/* How many digits the sub-picture asks for. */
static void
number_measure(SubPicture *sub)
{
	sub->least_integers = sub->scale = number_count(sub->picture, sub->integer, "0");
	sub->least_fractions = number_count(sub->picture, sub->fraction, "0");
	sub->most_fractions = number_count(sub->picture, sub->fraction, "0#");
	if (sub->least_integers == 0 && sub->most_fractions == 0)
	{
		if (sub->has_exponent)
			sub->least_fractions = sub->most_fractions = 1;
		else
			sub->least_integers = 1;
	}
	if (sub->has_exponent && sub->least_integers == 0 && number_count(sub->picture, sub->integer, "#") > 0)
		sub->least_integers = 1;
	if (sub->least_integers == 0 && sub->least_fractions == 0)
		sub->least_fractions = 1;
}

/* Reads the one or two sub-pictures. */
static bool
number_read_sub_pictures(const NumberPicture *picture, SubPicture subs[2], int *count, JsonataError *error)
{
	PicturePart rest = {0, picture->count};

	*count = number_count(picture, rest, ";") + 1;
	if (*count > 2)
		return asl_error_set(error, "D3080", "The picture string must only contain a maximum of two sub-pictures");
	for (int i = 0; i < *count; i++)
	{
		int			end = number_find(picture, rest, ";");

		number_split(picture, (PicturePart) {rest.begin, end}, &subs[i]);
		if (!number_check(&subs[i], error))
			return false;
		number_measure(&subs[i]);
		rest.begin = end + 1;
	}
	return true;
}

/* Appends digits of the picture's family. */
static void
number_append_digits(StringInfo out, const NumberPicture *picture, const char *digits, int count)
{
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		asl_text_append(out, digits[i] - '0' + picture->zero);
	}
}

/* Appends a part of the picture as it is. */
static void
number_append_part(StringInfo out, const NumberPicture *picture, PicturePart part)
{
	int			begin = picture->offsets[part.begin];

	appendBinaryStringInfo(out, picture->text + begin, picture->offsets[part.end] - begin);
}

/* Appends one of the signs. */
static void
number_append_sign(StringInfo out, const NumberPicture *picture, int sign)
{
	appendBinaryStringInfo(out, picture->signs[sign].u.string, picture->signs[sign].length);
}

/* The interval of the integer part's grouping signs, where they stand at all its multiples up to the last; else 0. */
static int
number_interval(const SubPicture *sub)
{
	const NumberPicture *picture = sub->picture;
	int			interval = 0;
	int			distance = 0;

	/* From the right: the first distance decides, the others must equal it. */
	for (int i = sub->integer.end - 1; i >= sub->integer.begin; i--)
	{
		if (picture->kinds[i] != ',')
			distance++;
		else
		{
			if (interval == 0)
				interval = distance;
			if (distance != interval)
				return 0;
			distance = 0;
		}
	}
	return interval;
}

/* Marks the numbers of digits, up to count, that have a grouping sign to their left. */
static bool *
number_grouping(const SubPicture *sub, int count)
{
	int			interval = number_interval(sub);
	int			right = 0;
	bool	   *grouped = palloc0(count + 1);

	for (int digits = interval; interval > 0 && digits <= count; digits += interval)
		grouped[digits] = true;
	for (int i = sub->integer.end - 1; interval == 0 && i >= sub->integer.begin && right <= count; i--)
	{
		if (sub->picture->kinds[i] != ',')
			right++;
		else
			grouped[right] = true;
	}
	return grouped;
}

/* Appends the digits before the decimal sign, grouped. */
static void
number_append_integer(StringInfo out, const SubPicture *sub, const char *digits, int count)
{
	bool	   *grouped = number_grouping(sub, count);

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && grouped[count - i])
			number_append_sign(out, sub->picture, SIGN_GROUPING);
		number_append_digits(out, sub->picture, digits + i, 1);
	}
	pfree(grouped);
}

/* Grouping signs stand after as many digits as in the picture. */
static void
number_append_fraction(StringInfo out, const SubPicture *sub, const char *digits, int count)
{
	for (int i = sub->fraction.begin; count > 0 && i < sub->fraction.end; i++)
	{
		if (sub->picture->kinds[i] == ',')
			number_append_sign(out, sub->picture, SIGN_GROUPING);
		else
		{
			number_append_digits(out, sub->picture, digits++, 1);
			count--;
		}
	}
	number_append_digits(out, sub->picture, digits, count);
}

/* Appends value >= 0, rounded already. */
static void
number_append_mantissa(StringInfo out, const SubPicture *sub, double value)
{
	char	   *text = psprintf("%0*.*f", sub->least_integers + (sub->most_fractions > 0) + sub->most_fractions,
								sub->most_fractions, value);
	char	   *digits = text;
	int			integers = strcspn(text, ".");
	int			fractions = sub->most_fractions;

	while (fractions > sub->least_fractions && text[integers + fractions] == '0')
		fractions--;
	for (; integers > sub->least_integers && *digits == '0'; digits++)
		integers--;
	number_append_integer(out, sub, digits, integers);
	if (fractions > 0)
		number_append_sign(out, sub->picture, SIGN_DECIMAL);
	number_append_fraction(out, sub, digits + integers + 1, fractions);
}

/*
 * Shifts *value >= 0 so that it has as many integer digits as the picture; returns the exponent.  As in the reference each
 * step is a computation of its own, with its own error, and a mantissa that is a power of ten may keep a digit more.
 */
static int
number_shift(const SubPicture *sub, double *value)
{
	int			digits = Min(sub->scale, DBL_MAX_10_EXP);
	int			exponent = 0;

	if (*value == 0)
		return 0;
	for (; *value < pow(10, digits - 1); exponent--)
		*value *= 10;
	for (; *value > pow(10, digits); exponent++)
		*value /= 10;
	return exponent;
}

/* Appends the exponent with its signs. */
static void
number_append_exponent(StringInfo out, const SubPicture *sub, int exponent)
{
	char	   *digits = psprintf("%0*d", sub->exponent.end - sub->exponent.begin, abs(exponent));

	number_append_sign(out, sub->picture, SIGN_EXPONENT);
	if (exponent < 0)
		number_append_sign(out, sub->picture, SIGN_MINUS);
	number_append_digits(out, sub->picture, digits, strlen(digits));
}

/* $formatNumber. */
bool
asl_picture_number_format(double value, AslValue picture, AslValue options, AslValue *result, JsonataError *error)
{
	NumberPicture read;
	SubPicture	subs[2] = {0};
	const SubPicture *sub = &subs[0];
	int			count;
	int			exponent = 0;
	StringInfoData out;

	if (!isfinite(value))
		return asl_error_number_range(error, value);
	if (!number_read_picture(&read, picture, options, error) ||
		!number_read_sub_pictures(&read, subs, &count, error))
		return false;
	initStringInfo(&out);
	if (value < 0 && count == 2)
		sub = &subs[1];
	else if (value < 0)
		number_append_sign(&out, &read, SIGN_MINUS);
	value = fabs(value);
	if (number_count(&read, sub->whole, "%") > 0)
		value *= 100;
	else if (number_count(&read, sub->whole, "m") > 0)
		value *= 1000;
	if (!isfinite(value))
		return asl_error_number_range(error, value);
	if (sub->has_exponent)
		exponent = number_shift(sub, &value);

	number_append_part(&out, &read, (PicturePart) {sub->whole.begin, sub->active.begin});
	number_append_mantissa(&out, sub, asl_decimal_round(value, sub->most_fractions));
	if (sub->has_exponent)
		number_append_exponent(&out, sub, exponent);
	number_append_part(&out, &read, (PicturePart) {sub->active.end, sub->whole.end});
	*result = asl_string(out.data, out.len);
	return true;
}
