using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Generations;

/// <summary>Which models and flavors requests may use.</summary>
public sealed record GenerationSettings
{
    /// <summary>
    /// <c>REPLICATE_MODEL</c>, <c>owner/name</c>: the model of requests and flavors that name none. Default: the value in <c>appsettings.json</c>.
    /// </summary>
    public required string DefaultModel { get; init; }

    /// <summary>
    /// <c>REPLICATE_ALLOWED_MODELS</c>, comma-separated <c>owner/name</c>: what a request may name, beside the default and the flavors' models.
    /// </summary>
    public required IReadOnlyList<string> AllowedModels { get; init; }

    /// <summary>Section <c>Flavors</c>, by name in lower case; contains <see cref="Flavor.DefaultName"/>.</summary>
    public required IReadOnlyDictionary<string, Flavor> Flavors { get; init; }

    /// <summary><c>GENERATION_CONCURRENCY</c>: generations that run at once, 1 to 1000; default 16.</summary>
    public required int Concurrency { get; init; }

    /// <summary><c>GENERATION_QUEUE</c>: generations that may wait beside them, 0 to 100000; default 1000. Beyond it: 429.</summary>
    public required int QueueLimit { get; init; }

    /// <summary>
    /// <c>GENERATION_MIN_FREE_BYTES</c>: room for one request, of four images at most, without which nothing is paid for, 0 to 1 TiB; default 64 MiB. 0 = free
    /// space is not checked.
    /// </summary>
    public required long MinFreeBytes { get; init; }

    /// <summary>
    /// <c>GENERATION_SEARCH_TIME</c>, default 120 s, 10 to 3600: how long a paid request whose response was lost is searched for, from the time it was sent.
    /// </summary>
    public TimeSpan SearchTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><c>BUDGET_USD_PER_DAY</c>, no default: most that the generations of one UTC day may cost by estimate, 0 to 1000000 USD.</summary>
    public decimal? DailyBudgetUsd { get; init; }

    /// <summary>
    /// <c>GENERATION_ON_DISCONNECT</c>: <c>continue</c>, the default, or <c>cancel</c>: what becomes of a generation whose blocking client leaves.
    /// </summary>
    public required bool CancelsOnDisconnect { get; init; }

    /// <summary>The model of requests with this flavor that name none.</summary>
    public string ModelOf(Flavor flavor, bool hasReference) => (hasReference ? flavor.ReferenceModel : null) ?? flavor.Model ?? DefaultModel;

    /// <summary>Declares and reads the variables.</summary>
    public static GenerationSettings Read(Settings settings)
    {
        var defaultModel = settings.List("REPLICATE_MODEL", null, ModelName.Rule, ModelName.Parse);
        if (defaultModel.Count != 1)
        {
            settings.Reject("REPLICATE_MODEL must name exactly one model, as owner/name.");
        }

        var flavors = new FlavorReader(settings).Read();
        var allowed = settings.List("REPLICATE_ALLOWED_MODELS", null, $"comma-separated {ModelName.Rule}", ModelName.Parse)
            .Concat(defaultModel)
            .Concat(flavors.Values.SelectMany(flavor => new[] { flavor.Model, flavor.ReferenceModel }).OfType<string>());
        return new GenerationSettings
        {
            DefaultModel = defaultModel.Count > 0 ? defaultModel[0] : "",
            AllowedModels = [.. allowed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Flavors = flavors,
            Concurrency = (int)settings.WholeNumber("GENERATION_CONCURRENCY", 16, 1, 1_000),
            QueueLimit = (int)settings.WholeNumber("GENERATION_QUEUE", 1_000, 0, 100_000),
            MinFreeBytes = settings.WholeNumber("GENERATION_MIN_FREE_BYTES", 64 << 20, 0, 1L << 40, "bytes"),
            SearchTime = settings.Seconds("GENERATION_SEARCH_TIME", 120, 10, 3_600),
            DailyBudgetUsd = ReadUsd(settings, "BUDGET_USD_PER_DAY"),
            CancelsOnDisconnect = settings.Choice(
                "GENERATION_ON_DISCONNECT", "continue", new Dictionary<string, bool> { ["continue"] = false, ["cancel"] = true }),
        };
    }

    private static decimal? ReadUsd(Settings settings, string name) =>
        settings.Text(name, null, "an amount of USD from 0 to 1000000, such as 12.50", text => TryReadUsd(text, out _) ? text : null) is { } text
        && TryReadUsd(text, out var amount) ? amount : null;

    private static bool TryReadUsd(string text, out decimal amount) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount) && amount <= 1_000_000;
}
