using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Generations;

/// <summary>What an image of a model costs, from <c>MODEL_PRICES</c>; estimates, because the provider reports no price.</summary>
public sealed class ModelPrices
{
    /// <summary>The model name of the placeholder generator, which is free.</summary>
    public const string Placeholder = "placeholder";

    /// <summary>Largest price of one image in USD.</summary>
    public const decimal MaxPrice = 1000m;

    private const string Variable = "MODEL_PRICES";

    private readonly Dictionary<string, decimal> _prices;

    private ModelPrices(Dictionary<string, decimal> prices) => _prices = prices;

    /// <summary>USD per image; <c>null</c> when no price is configured. 0 for the placeholder.</summary>
    public decimal? PriceOf(string model) =>
        _prices.TryGetValue(model, out var price) ? price : model == Placeholder ? 0m : null;

    /// <summary>Declares and reads the variable.</summary>
    public static ModelPrices Read(Settings settings)
    {
        var prices = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var entry in settings.List(
            Variable, null, $"comma-separated owner/name=USD, such as owner/name=0.04, each price from 0 to {MaxPrice}", ParseEntry))
        {
            if (!prices.TryAdd(entry.Model, entry.Price))
            {
                settings.Reject($"{Variable} names the model {entry.Model} twice; allowed: one price per model.");
            }
        }

        return new ModelPrices(prices);
    }

    private static PriceEntry? ParseEntry(string text)
    {
        var end = text.LastIndexOf('=');
        return end > 0
            && ModelName.Parse(text[..end].TrimEnd()) is { } model
            && decimal.TryParse(text[(end + 1)..].TrimStart(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
            && price <= MaxPrice
                ? new PriceEntry(model, price)
                : null;
    }

    private sealed record PriceEntry(string Model, decimal Price);
}
