namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>What one model generated on one day.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Model">The model.</param>
/// <param name="Images">Images that succeeded.</param>
/// <param name="ImagesPaid">Images that the provider charged for or may have, those without a stored image included.</param>
/// <param name="CostUsd">Estimated cost in USD; <c>null</c> when the model had no price configured.</param>
public sealed record DailyUsage(DateOnly Day, string Model, int Images, int ImagesPaid, decimal? CostUsd);
