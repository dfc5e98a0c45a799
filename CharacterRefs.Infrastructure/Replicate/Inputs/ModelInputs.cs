namespace CharacterRefs.Infrastructure.Replicate.Inputs;

/// <summary>
/// Fits a request to a model before anything is paid. Only what the schema knows is sent. A model without a published schema gets the prompt and
/// nothing else: every other name would be a guess that a strict model rejects and a lenient one ignores.
/// </summary>
internal sealed class ModelInputs
{
    private static readonly ModelSchema s_promptOnly = new(new Dictionary<string, ModelProperty>
    {
        [InputTable.Prompt] = new() { Name = InputTable.Prompt, Type = "string" },
    });

    private readonly GenerationRequest _request;
    private readonly ModelSchema _schema;
    private readonly ModelProperty? _reference;
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly List<string> _dropped = [];

    private ModelInputs(GenerationRequest request, ModelSchema schema)
    {
        (_request, _schema) = (request, schema);
        _reference = ReferenceInput(schema, request.References.Count);
    }

    private bool EditsImage => _request.References.Count > 0 && _reference?.Name == InputTable.InputImage;

    /// <summary>Largest number of reference images that a request to this model may name; 0 when it takes none.</summary>
    public static int MaxReferences(ModelSchema schema) => ReferenceInput(schema, int.MaxValue)?.MaxReferences ?? 0;

    /// <summary>Whether the model generates only from a reference image.</summary>
    public static bool RequiresReference(ModelSchema schema) => ReferenceInput(schema, 1) is { IsRequired: true };

    /// <summary>The inputs, or the requested value that the model does not allow.</summary>
    public static Result<FittedInputs> Fit(GenerationRequest request, ModelSchema? schema) => new ModelInputs(request, schema ?? s_promptOnly).Fit();

    private Result<FittedInputs> Fit()
    {
        if (_schema.Find(InputTable.Prompt) is null)
        {
            return Unusable($"The model {_request.Model} takes no prompt.");
        }

        _values[InputTable.Prompt] = InputJson.Of(_request.Prompt);
        var error = InputTable.Rules.Select(Apply).FirstOrDefault(rejection => rejection is not null) ?? CheckSeed() ?? ApplyReference();
        if (error is not null)
        {
            return error;
        }

        ApplyCount();
        GiveShapeWithoutImage();
        return FirstUnfilled() is { } missing
            ? Unusable($"The model {_request.Model} requires the input {missing.Name}, which this service cannot give.")
            : new FittedInputs
            {
                Values = _values,
                Dropped = _dropped,
                UsesSeed = UsesSeed,
            };
    }

    /// <summary>A required input before an optional one, then the first that takes this many images, otherwise the one that takes most.</summary>
    private static ModelProperty? ReferenceInput(ModelSchema schema, int count)
    {
        var candidates = InputTable.ReferenceNames.Select(schema.Find).OfType<ModelProperty>().Where(property => property.MaxReferences > 0).ToList();
        var required = candidates.FindAll(property => property.IsRequired);
        candidates = required.Count > 0 ? required : candidates;
        return candidates.Find(property => property.MaxReferences >= count) ?? candidates.MaxBy(property => property.MaxReferences);
    }

    private Error? Apply(InputRule rule)
    {
        var requested = rule.Choice(_request.Requested);
        if ((requested ?? rule.Choice(_request.Defaults)) is not { } choice)
        {
            return null;
        }

        var target = rule.Targets.FirstOrDefault(candidate => _schema.Find(candidate.Name) is not null);
        if (target is null || _schema.Find(target.Name) is not { } property)
        {
            _dropped.Add(rule.Field);
            return null;
        }

        if (target.Translate(choice, property, EditsImage) is { } value)
        {
            _values[property.Name] = value;
            return null;
        }

        if (requested is not null)
        {
            return Error.Invalid(rule.Field, $"The model {_request.Model} does not take this {rule.Field}; it takes: {property.Allowed(rule.MayBeChosen)}.");
        }

        _dropped.Add(rule.Field);
        return null;
    }

    // The seeds that this service chooses go up to GenerationLimits.MaxSeed; a model with a smaller limit gets none and chooses its own.
    private bool UsesSeed => _schema.Find(InputTable.Seed) is { } seed && (_request.Seed is not null || !(seed.Maximum < GenerationLimits.MaxSeed));

    private Error? CheckSeed()
    {
        if (_request.Seed is not { } first)
        {
            return null;
        }

        if (_schema.Find(InputTable.Seed) is not { } seed)
        {
            _dropped.Add(InputTable.Seed);
            return null;
        }

        var last = (long)first + _request.NumImages - 1;
        var max = Math.Min(seed.Maximum ?? GenerationLimits.MaxSeed, GenerationLimits.MaxSeed);
        var min = Math.Max(seed.Minimum ?? 0, 0);
        return first >= min && last <= max
            ? null
            : Error.Invalid(InputTable.Seed,
                $"The model {_request.Model} takes seeds from {min} to {max}, and {_request.NumImages} images use the seeds {first} to {last}.");
    }

    private Error? ApplyReference()
    {
        var (field, count) = (_request.ReferenceField, _request.References.Count);
        if (count == 0)
        {
            return _reference is { IsRequired: true } ? Error.Invalid(field, $"The model {_request.Model} generates only from a reference image.") : null;
        }

        if (_reference is null)
        {
            return Error.Invalid(field, $"The model {_request.Model} takes no reference image.");
        }

        if (count > _reference.MaxReferences)
        {
            return Error.Invalid(field, $"The model {_request.Model} takes at most {_reference.MaxReferences} reference images; {field} names {count}.");
        }

        var marks = _request.References.Select(image => RecordedInputs.Mark(image.Id)).ToArray();
        _values[_reference.Name] = _reference.IsArray ? InputJson.ListOf(marks) : InputJson.Of(marks[0]);
        return null;
    }

    private void ApplyCount()
    {
        foreach (var property in InputTable.CountNames.Select(_schema.Find).OfType<ModelProperty>())
        {
            if (property.One() is { } one)
            {
                _values[property.Name] = one;
            }
        }
    }

    private void GiveShapeWithoutImage()
    {
        if (_request.References.Count == 0
            && !_values.ContainsKey(InputTable.AspectRatio)
            && _schema.Find(InputTable.AspectRatio) is { Default: { } shape } property
            && shape.ToString() == InputTable.MatchInputImage
            && (property.Accept("1:1") ?? FirstRatio(property)) is { } ratio)
        {
            _values[InputTable.AspectRatio] = ratio;
        }
    }

    private static JsonElement? FirstRatio(ModelProperty property) =>
        property.Enum?.Where(value => AspectRatio.TryParse(value.ToString(), out _)).Select(value => (JsonElement?)value).FirstOrDefault();

    private ModelProperty? FirstUnfilled() => _schema.Properties.Values.FirstOrDefault(property =>
        property is { IsRequired: true, Default: null } && property.Name != InputTable.Seed && !_values.ContainsKey(property.Name));

    private static Error Unusable(string detail) => new(ErrorKind.ConfigurationError, detail);
}
