/*
 * picture_integer.c - integers written and read after a picture.
 *
 * A decimal pattern is read from the right: the position of a grouping sign is the number of digits after it.
 */
#include "postgres.h"

#include <math.h>

#include "jsonata/decimal.h"
#include "jsonata/error.h"
#include "jsonata/number_words.h"
#include "jsonata/picture_integer.h"
#include "jsonata/text.h"
#include "miscadmin.h"

#define LARGEST_ROMAN	1e7		/* ten thousand times M: where the reference's recursion ends, too */

static const struct
{
	int			value;
	const char *letters;
}			numerals[] = {
	{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"},
	{9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}
};

/* The digits zero of the decimal digit families of Unicode's basic plane. */
static const pg_wchar zeros[] = {
	0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
	0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
	0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10
};

/* The digit zero of the family that character is a digit of; 0 where it is none. */
static pg_wchar
integer_zero_of(pg_wchar character)
{
	for (int i = 0; i < lengthof(zeros); i++)
		if (character >= zeros[i] && character <= zeros[i] + 9)
			return zeros[i];
	return 0;
}

/* The greatest common divisor. */
static int
integer_divisor(int a, int b)
{
	return b == 0 ? a : integer_divisor(b, a % b);
}

/* The interval at which the signs stand: the same sign at all its multiples up to the last one; 0 where it is not so. */
static int
integer_interval(const GroupingSign *signs, int count)
{
	int			interval = 0;

	for (int i = 0; i < count; i++)
		interval = integer_divisor(interval, signs[i].digits);
	for (int i = 0; i < count; i++)
		if (signs[i].sign != signs[0].sign || signs[i].digits != interval * (i + 1))
			return 0;
	return interval;
}

/* Adds a character of a decimal pattern that is read from the right. */
static bool
integer_add_character(IntegerPicture *picture, pg_wchar character, JsonataError *error)
{
	pg_wchar	zero = integer_zero_of(character);

	if (zero != 0)
	{
		if (picture->mandatory++ > 0 && zero != picture->zero)
			return asl_error_set(error, "D3131", "In a decimal digit pattern, all digits must be from the same decimal "
								 "group");
		picture->zero = zero;
	}
	else if (character == '#')
		picture->optional++;
	else
		picture->signs[picture->sign_count++] = (GroupingSign) {picture->mandatory + picture->optional, character};
	return true;
}

/* Reads a decimal pattern. */
static bool
integer_analyse_decimal(const char *text, int length, IntegerPicture *picture, JsonataError *error)
{
	int			bytes;

	picture->signs = palloc(length * sizeof(GroupingSign));
	for (const char *p = text + length; p > text;)
	{
		do
			p--;
		while ((*p & 0xC0) == 0x80);
		if (!integer_add_character(picture, asl_text_decode(p, &bytes), error))
			return false;
	}
	if (picture->mandatory == 0)
		return asl_error_set(error, "D3130", "Formatting or parsing an integer as a sequence starting with %s is not "
							 "supported by this implementation", asl_to_json(asl_string(text, length)));
	picture->interval = integer_interval(picture->signs, picture->sign_count);
	return true;
}

/* Reads a picture: a letter or two for a style, else a decimal pattern, and ";o" for an ordinal. */
bool
asl_picture_integer_analyse(const char *text, int length, IntegerPicture *picture, JsonataError *error)
{
	static const struct
	{
		const char *text;
		IntegerStyle style;
		LetterCase	letter_case;
	}			styles[] = {
		{"A", INTEGER_LETTERS, CASE_UPPER}, {"a", INTEGER_LETTERS, CASE_LOWER},
		{"I", INTEGER_ROMAN, CASE_UPPER}, {"i", INTEGER_ROMAN, CASE_LOWER},
		{"W", INTEGER_WORDS, CASE_UPPER}, {"w", INTEGER_WORDS, CASE_LOWER}, {"Ww", INTEGER_WORDS, CASE_TITLE}
	};
	int			semicolon = length;

	memset(picture, 0, sizeof(IntegerPicture));
	while (semicolon > 0 && text[semicolon - 1] != ';')
		semicolon--;
	if (semicolon > 0)
	{
		picture->ordinal = (semicolon < length && text[semicolon] == 'o');
		length = semicolon - 1;
	}
	for (int i = 0; i < lengthof(styles); i++)
		if (asl_string_is(asl_string(text, length), styles[i].text))
		{
			picture->style = styles[i].style;
			picture->letter_case = styles[i].letter_case;
			return true;
		}
	return integer_analyse_decimal(text, length, picture, error);
}

/* Changes title case to upper or lower case. */
void
asl_picture_integer_set_case(char *text, LetterCase letter_case)
{
	for (; *text != '\0' && letter_case != CASE_TITLE; text++)
		*text = letter_case == CASE_UPPER ? pg_ascii_toupper(*text) : pg_ascii_tolower(*text);
}

/* Spreadsheet columns: A to Z, AA to ZZ, and so on. */
static void
integer_append_letters(StringInfo out, double value)
{
	char		letters[256];	/* a double has at most 218 */
	char	   *p = letters + sizeof(letters);

	for (; value >= 1; value = floor((value - 1) / 26))
		*--p = 'A' + (int) fmod(value - 1, 26);
	appendBinaryStringInfo(out, p, letters + sizeof(letters) - p);
}

/* Appends a Roman numeral. */
static void
integer_append_roman(StringInfo out, double value)
{
	for (int i = 0; i < lengthof(numerals); i++)
		for (; value >= numerals[i].value; value -= numerals[i].value)
			appendStringInfoString(out, numerals[i].letters);
}

/*
 * Appends the grouping signs that have this many digits to their right.  Where they stand at no interval, *left is how many
 * of the picture's signs, from the left, have not been passed yet.
 */
static void
integer_append_signs(StringInfo out, const IntegerPicture *picture, int digits, int *left)
{
	if (picture->interval > 0)
	{
		if (digits > 0 && digits % picture->interval == 0)
			asl_text_append(out, picture->signs[0].sign);
		return;
	}
	for (; *left > 0 && picture->signs[*left - 1].digits >= digits; (*left)--)
	{
		if (picture->signs[*left - 1].digits == digits)
			asl_text_append(out, picture->signs[*left - 1].sign);
	}
}

/* "th", "st", "nd" or "rd" after these digits. */
static const char *
integer_ordinal_suffix(const char *digits, int count)
{
	static const char *const suffixes[] = {"th", "st", "nd", "rd"};
	int			last = digits[count - 1] - '0';

	if (last > 3 || (count > 1 && digits[count - 2] == '1'))
		return "th";
	return suffixes[last];
}

/* Appends digits of the picture's family with its grouping signs. */
static void
integer_append_decimal(StringInfo out, double value, const IntegerPicture *picture)
{
	StringInfoData digits;
	int			left = picture->sign_count;

	initStringInfo(&digits);
	asl_decimal_append_integer(&digits, value, picture->mandatory);
	for (int i = 0; i < digits.len; i++)
	{
		CHECK_FOR_INTERRUPTS();
		asl_text_append(out, digits.data[i] - '0' + picture->zero);
		integer_append_signs(out, picture, digits.len - i - 1, &left);
	}
	if (picture->ordinal)
		appendStringInfoString(out, integer_ordinal_suffix(digits.data, digits.len));
	pfree(digits.data);
}

/* Appends an integer after a picture. */
bool
asl_picture_integer_append(StringInfo out, double value, const IntegerPicture *picture, JsonataError *error)
{
	int			start;

	if (value < 0)
		appendStringInfoChar(out, '-');
	value = fabs(value);
	start = out->len;
	switch (picture->style)
	{
		case INTEGER_DECIMAL:
			integer_append_decimal(out, value, picture);
			return true;
		case INTEGER_LETTERS:
			integer_append_letters(out, value);
			break;
		case INTEGER_ROMAN:
			if (value > LARGEST_ROMAN)
				return asl_error_number_range(error, value);
			integer_append_roman(out, value);
			break;
		case INTEGER_WORDS:
			asl_number_words_append(out, value, picture->ordinal);
			break;
	}
	asl_picture_integer_set_case(out->data + start, picture->letter_case);
	return true;
}

/* Reads what integer_append_letters writes, in either case. */
static double
integer_read_letters(const char *text, int length)
{
	double		value = 0;

	for (int i = 0; i < length; i++)
	{
		if (!isalpha((unsigned char) text[i]) || IS_HIGHBIT_SET(text[i]))
			return NAN;
		value = value * 26 + (pg_ascii_toupper(text[i]) - 'A' + 1);
	}
	return value;
}

/* A numeral less than one to its right is subtracted; not all that is read so would be written so. */
static double
integer_read_roman(const char *text, int length)
{
	static const struct
	{
		char		letter;
		int			value;
	}			letters[] = {{'M', 1000}, {'D', 500}, {'C', 100}, {'L', 50}, {'X', 10}, {'V', 5}, {'I', 1}};
	double		value = 0;
	int			largest = 1;

	for (const char *p = text + length - 1; p >= text; p--)
	{
		int			i = 0;

		while (i < lengthof(letters) && letters[i].letter != pg_ascii_toupper(*p))
			i++;
		if (i == lengthof(letters))
			return NAN;
		value += letters[i].value < largest ? -letters[i].value : letters[i].value;
		largest = Max(largest, letters[i].value);
	}
	return value;
}

/* Is this one of the picture's grouping signs? */
static bool
integer_is_sign(const IntegerPicture *picture, pg_wchar character)
{
	for (int i = 0; i < picture->sign_count; i++)
		if (picture->signs[i].sign == character)
			return true;
	return false;
}

/* Reads the leading digits, past grouping signs, as parseInt does; what follows them is ignored. */
static double
integer_read_decimal(const char *text, int length, const IntegerPicture *picture)
{
	StringInfoData digits;
	double		value = NAN;
	int			bytes;

	initStringInfo(&digits);
	for (int i = 0; i < length; i += bytes)
	{
		pg_wchar	character = asl_text_decode(text + i, &bytes);

		CHECK_FOR_INTERRUPTS();
		if (character >= picture->zero && character <= picture->zero + 9)
			appendStringInfoChar(&digits, character - picture->zero + '0');
		else if (digits.len == 0 && (character == '-' || character == '+'))
			appendStringInfoChar(&digits, character);
		else if (!integer_is_sign(picture, character) && !(digits.len == 0 && character == ' '))
			break;
	}
	if (digits.len > 0 && isdigit((unsigned char) digits.data[digits.len - 1]))
		value = strtod(digits.data, NULL);
	pfree(digits.data);
	return value;
}

/* Reads an integer after a picture. */
double
asl_picture_integer_read(const char *text, int length, const IntegerPicture *picture)
{
	switch (picture->style)
	{
		case INTEGER_DECIMAL:
			return integer_read_decimal(text, length, picture);
		case INTEGER_LETTERS:
			return integer_read_letters(text, length);
		case INTEGER_ROMAN:
			return integer_read_roman(text, length);
		case INTEGER_WORDS:
			return asl_number_words_read(text, length);
	}
	pg_unreachable();
}

/* $formatInteger. */
bool
asl_picture_integer_format(double value, AslValue picture, AslValue *result, JsonataError *error)
{
	IntegerPicture analysed;
	StringInfoData out;

	if (!isfinite(value))
		return asl_error_number_range(error, value);
	if (!asl_picture_integer_analyse(picture.u.string, picture.length, &analysed, error))
		return false;
	initStringInfo(&out);
	if (!asl_picture_integer_append(&out, floor(value), &analysed, error))
		return false;
	*result = asl_string(out.data, out.len);
	return true;
}

/* $parseInteger. */
bool
asl_picture_integer_parse(AslValue text, AslValue picture, AslValue *result, JsonataError *error)
{
	IntegerPicture analysed;

	if (!asl_picture_integer_analyse(picture.u.string, picture.length, &analysed, error))
		return false;
	*result = asl_number(asl_picture_integer_read(text.u.string, text.length, &analysed));
	return true;
}
