using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class IndexSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Written by hand: EF would rebuild the tables outside the transaction of the migration.
            migrationBuilder.Sql("ALTER TABLE \"references\" DROP COLUMN \"AnnotationFolded\"");
            migrationBuilder.Sql("ALTER TABLE generations DROP COLUMN \"DescriptionFolded\"");

            // The trigrams of the keys without their positions. It reads the keys from the table, which says also what to remove when one changes.
            // A migration that rebuilds the table must create the triggers again.
            migrationBuilder.Sql(
                """
                CREATE VIRTUAL TABLE reference_search USING fts5(
                    "SearchKey", content='references', content_rowid='Sequence', tokenize='trigram case_sensitive 1', detail=none, columnsize=0)
                """);
            migrationBuilder.Sql("INSERT INTO reference_search(reference_search) VALUES ('rebuild')");
            migrationBuilder.Sql(
                """
                CREATE TRIGGER reference_search_insert AFTER INSERT ON "references" BEGIN
                    INSERT INTO reference_search(rowid, "SearchKey") VALUES (new."Sequence", new."SearchKey");
                END
                """);
            migrationBuilder.Sql(
                """
                CREATE TRIGGER reference_search_delete AFTER DELETE ON "references" BEGIN
                    INSERT INTO reference_search(reference_search, rowid, "SearchKey") VALUES ('delete', old."Sequence", old."SearchKey");
                END
                """);
            migrationBuilder.Sql(
                """
                CREATE TRIGGER reference_search_update AFTER UPDATE OF "SearchKey" ON "references" BEGIN
                    INSERT INTO reference_search(reference_search, rowid, "SearchKey") VALUES ('delete', old."Sequence", old."SearchKey");
                    INSERT INTO reference_search(rowid, "SearchKey") VALUES (new."Sequence", new."SearchKey");
                END
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER reference_search_insert");
            migrationBuilder.Sql("DROP TRIGGER reference_search_delete");
            migrationBuilder.Sql("DROP TRIGGER reference_search_update");
            migrationBuilder.Sql("DROP TABLE reference_search");

            migrationBuilder.AddColumn<string>(
                name: "AnnotationFolded",
                table: "references",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "DescriptionFolded",
                table: "generations",
                type: "TEXT",
                nullable: false,
                defaultValue: "");
        }
    }
}
