using System.Text.Encodings.Web;
using Microsoft.Extensions.Logging.Console;

namespace CharacterRefs.Api.Configuration;

/// <summary>Sets the format and the levels of the log: one line per event with its time in UTC, as text or as JSON.</summary>
internal static class LogRegistration
{
    private const string Product = "CharacterRefs";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static void AddLog(this ILoggingBuilder logging, ApiOptions options)
    {
        // LOG_LEVEL is that of the service. What it is built on logs warnings only, because its details are not about a request or an image.
        logging.SetMinimumLevel(options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning);
        logging.AddFilter(Product, options.LogLevel);

        // EF logs what it also throws, and whoever catches it says it in a sentence.
        logging.AddFilter("Microsoft.EntityFrameworkCore", options.LogLevel > LogLevel.Debug ? LogLevel.None : LogLevel.Warning);
        if (options.LogFormat is LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                SetTime(json, TimeFormat);
                json.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                SetTime(text, TimeFormat + " ");
                text.SingleLine = true;
            });
        }
    }

    private static void SetTime(ConsoleFormatterOptions formatter, string format)
    {
        formatter.TimestampFormat = format;
        formatter.UseUtcTimestamp = true;
    }
}
