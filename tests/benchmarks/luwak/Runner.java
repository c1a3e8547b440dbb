import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import uk.co.flax.luwak.InputDocument;
import uk.co.flax.luwak.Matches;
import uk.co.flax.luwak.Monitor;
import uk.co.flax.luwak.MonitorQuery;
import uk.co.flax.luwak.QueryMatch;
import uk.co.flax.luwak.matchers.SimpleMatcher;
import uk.co.flax.luwak.presearcher.TermFilteredPresearcher;
import uk.co.flax.luwak.queryparsers.LuceneQueryParser;

/**
 * Matches documents against queries with Luwak in one thread, for a number of seconds after as many to warm up.
 *
 * usage: Runner QUERIES DOCUMENTS SECONDS PLAIN PAIRS
 *
 * QUERIES has a line a query, its id, a tab and the query; DOCUMENTS a line a document. Prints how many documents were
 * matched and the processor's seconds that took. Then as many of PLAIN, a line a document too, are matched once: PAIRS
 * gets each document's number and the query's id, a tab between.
 */
public final class Runner {
    private static final String FIELD = "text";
    private static final Analyzer ANALYZER = new StandardAnalyzer(CharArraySet.EMPTY_SET);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Monitor monitor;

    private Runner(Path queries) throws Exception {
        this.monitor = new Monitor(new LuceneQueryParser(FIELD, ANALYZER), new TermFilteredPresearcher());
        List<MonitorQuery> parsed = new ArrayList<>();
        for (String line : Files.readAllLines(queries)) {
            String[] parts = line.split("\t", 2);
            parsed.add(new MonitorQuery(parts[0], parts[1]));
        }
        monitor.update(parsed);
    }

    private Matches<QueryMatch> match(List<String> documents, int number) throws Exception {
        String text = documents.get(number % documents.size());
        return monitor.match(
            InputDocument.builder("d" + number).addField(FIELD, text, ANALYZER).build(), SimpleMatcher.FACTORY);
    }

    private double cpu() {
        return THREADS.getCurrentThreadCpuTime() / 1e9;
    }

    private int work(List<String> documents, double seconds) throws Exception {
        double end = cpu() + seconds;
        int done = 0;
        while (cpu() < end) {
            match(documents, done++);
        }
        return done;
    }

    private void writePairs(List<String> documents, int count, Path path) throws Exception {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(path))) {
            for (int number = 0; number < count; number++) {
                for (QueryMatch found : match(documents, number).getMatches("d" + number)) {
                    out.println(number + "\t" + found.getQueryId());
                }
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Runner runner = new Runner(Path.of(arguments[0]));
        List<String> documents = Files.readAllLines(Path.of(arguments[1]));
        double seconds = Double.parseDouble(arguments[2]);
        runner.work(documents, seconds);
        double begun = runner.cpu();
        int done = runner.work(documents, seconds);
        double took = runner.cpu() - begun;
        int compared = Math.min(done, documents.size());
        runner.writePairs(Files.readAllLines(Path.of(arguments[3])), compared, Path.of(arguments[4]));
        System.out.println(done + " " + took + " " + compared);
        System.exit(0);
    }
}
